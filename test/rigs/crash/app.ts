import type { CaseApp, CaseRoute } from '@actrail/testkit'
import { setImmediate as turn } from 'node:timers/promises'
import { DataSource, EntitySchema } from 'typeorm'
import type { CaseStore } from '../../conformance/case-store'
import { serveIn } from '../../conformance/frameworks'
import { childSettings, serveParent } from '../runner/parent'
import { RECORDED_ACTION } from './oracle'

/** What the application that gets killed is started with: the same folder for each of its lives. */
export interface AppSettings extends CaseStore {
  readonly framework: string
}

interface Item {
  readonly id: string
  readonly name: string
  readonly amount: number
}

const itemEntity = new EntitySchema<Item>({
  name: 'item',
  columns: { id: { type: 'text', primary: true }, name: { type: 'text' }, amount: { type: 'int' } },
})

async function main(): Promise<void> {
  const { framework, ...store } = childSettings<AppSettings>()
  const source = new DataSource({ type: 'postgres', url: store.database, entities: [itemEntity] })
  await source.initialize()
  const app: CaseApp = {
    routes: routesOn(source),
    options: { actor: ({ headers }) => ({ type: 'user', id: String(headers['x-user']) }) },
    mountPath: '/audit/v1',
    refuse: () => undefined,
    bodyLimit: 100_000,
  }
  const { port, trail, close } = await serveIn(framework, app, store)
  const stop = async (): Promise<unknown> => {
    await trail.flush()
    const status = trail.status()
    await close()
    await source.destroy()
    return status
  }
  serveParent({ stop, flush: () => trail.flush() }, port)
}

function routesOn(source: DataSource): CaseRoute[] {
  return [
    {
      method: 'get',
      path: '/items/:id',
      handle: ({ params, send }) => send(200, { id: String(params['id']), name: 'a thing', amount: 3 }),
    },
    {
      method: 'get',
      path: '/shelves/:shelf/items',
      async handle({ send }) {
        await turn()
        send(200, [{ id: 'one' }, { id: 'two' }])
      },
    },
    {
      method: 'post',
      path: '/shelves/:shelf/items',
      async handle({ body, record, send }) {
        const item = body as Item
        await source.transaction(async (manager) => {
          await manager.insert(itemEntity, item)
          await record({ action: RECORDED_ACTION, resource: { type: 'item', id: item.id } }, { manager })
          // Some change their mind at the last moment: neither row nor recorded event may stay.
          if (item.amount < 0) throw Object.assign(new Error('less than nothing'), { status: 409, statusCode: 409 })
        })
        send(201, { ...item })
      },
    },
  ]
}

void main()
