import type { CaseApp } from '@actrail/testkit'
import { DataSource, EntitySchema } from 'typeorm'
import type { CaseStore } from '../../conformance/case-store'
import { serveIn } from '../../conformance/frameworks'
import { childSettings, serveParent } from '../runner/parent'
import { takeSample } from './sample'

/** What the application that is watched is started with. */
export interface AppSettings extends CaseStore {
  readonly framework: string
}

interface Item {
  readonly id: string
  readonly name: string
}

const itemEntity = new EntitySchema<Item>({
  name: 'item',
  columns: { id: { type: 'text', primary: true }, name: { type: 'text' } },
})

/** Warnings of Node, such as of an emitter with more than ten listeners. */
const warnings: string[] = []
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`))

async function main(): Promise<void> {
  const { framework, ...store } = childSettings<AppSettings>()
  // Connections that idle are soon closed, so that what is left over after the load is not the host's.
  const extra = { max: 4, idleTimeoutMillis: 500 }
  const source = new DataSource({ type: 'postgres', url: store.database, entities: [itemEntity], extra })
  await source.initialize()
  const app: CaseApp = {
    routes: [
      { method: 'get', path: '/items/:id', handle: ({ params, send }) => send(200, { id: String(params['id']) }) },
      {
        method: 'post',
        path: '/items',
        async handle({ body, annotate, send }) {
          const item = body as Item
          await source.getRepository(itemEntity).insert(item)
          annotate({ resource: { type: 'item', id: item.id }, details: { name: item.name } })
          send(201, { id: item.id })
        },
      },
      {
        method: 'delete',
        path: '/items/:id',
        handle: ({ send }) => send(403, { error: 'not yours' }),
      },
    ],
    options: { actor: ({ headers }) => ({ type: 'user', id: String(headers['x-user']) }) },
    mountPath: '/audit/v1',
    refuse: () => undefined,
    bodyLimit: 100_000,
  }
  const { port, trail, close } = await serveIn(framework, app, store)
  await trail.flush() // the store is open from here on
  const stop = async (): Promise<void> => {
    await close()
    await source.destroy()
  }
  const status = async () => {
    await trail.flush()
    return trail.status()
  }
  serveParent({ sample: takeSample, status, warnings: () => warnings, stop }, port)
}

void main()
