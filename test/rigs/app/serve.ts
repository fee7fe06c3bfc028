import type { CaseApp, CaseExchange, CaseRoute, ServedCaseApp } from '@actrail/testkit'
import { setImmediate as turn } from 'node:timers/promises'
import { DataSource, EntitySchema } from 'typeorm'
import { serveIn } from '../../conformance/frameworks'
import type { AppSettings } from './settings'
import { RECORDED_ACTION } from './oracle'

interface Item {
  readonly id: string
  readonly name: string
  readonly amount: number
}

const itemEntity = new EntitySchema<Item>({
  name: 'item',
  columns: { id: { type: 'text', primary: true }, name: { type: 'text' }, amount: { type: 'int' } },
})

/** The application at work. */
export interface ServedItems extends Pick<ServedCaseApp, 'port' | 'trail' | 'close'> {
  /** Ids of the requests whose handler ran, where that is noted and handlers need no database. */
  readonly handled: readonly string[]
}

/** Serves reads, lists and writes of items, a fourth of the latter refused at the last moment. */
export async function serveItems({ framework, business, notes = false, ...store }: AppSettings): Promise<ServedItems> {
  const source = business ? await openSource(store.database) : undefined
  const handled: string[] = []
  const note = (id: string): void => void (notes && handled.push(id))
  const write = source === undefined ? writeNothing(note) : writeRow(source)
  const app: CaseApp = {
    routes: [...readRoutes(note), { method: 'post', path: '/shelves/:shelf/items', handle: write }],
    options: { actor: ({ headers }) => ({ type: 'user', id: String(headers['x-user']) }) },
    mountPath: '/audit/v1',
    refuse: () => undefined,
    bodyLimit: 100_000,
  }
  const { port, trail, close } = await serveIn(framework, app, store)
  return {
    port,
    trail,
    handled,
    async close() {
      await close()
      await source?.destroy()
    },
  }
}

type Note = (id: string) => void

async function openSource(url: string): Promise<DataSource> {
  return new DataSource({ type: 'postgres', url, entities: [itemEntity] }).initialize()
}

function readRoutes(note: Note): CaseRoute[] {
  return [
    {
      method: 'get',
      path: '/items/:id',
      handle({ params, send }) {
        note(String(params['id']))
        send(200, { id: String(params['id']), name: 'a thing', amount: 3 })
      },
    },
    {
      method: 'get',
      path: '/shelves/:shelf/items',
      async handle({ params, send }) {
        note(String(params['shelf']))
        await turn()
        send(200, [{ id: 'one' }, { id: 'two' }])
      },
    },
  ]
}

function lessThanNothing(): Error {
  return Object.assign(new Error('less than nothing'), { status: 409, statusCode: 409 })
}

function writeRow(source: DataSource): CaseRoute['handle'] {
  return async ({ body, record, send }: CaseExchange) => {
    const item = body as Item
    await source.transaction(async (manager) => {
      await manager.insert(itemEntity, item)
      await record({ action: RECORDED_ACTION, resource: { type: 'item', id: item.id } }, { manager })
      // Some change their mind at the last moment: neither row nor recorded event may stay.
      if (item.amount < 0) throw lessThanNothing()
    })
    send(201, { ...item })
  }
}

function writeNothing(note: Note): CaseRoute['handle'] {
  return async ({ body, send }: CaseExchange) => {
    const item = body as Item
    note(item.id)
    await turn()
    if (item.amount < 0) throw lessThanNothing()
    send(201, { ...item })
  }
}
