import { audit } from '@actrail/express'
import express from 'express'
import type { AddressInfo } from 'node:net'
import { DataSource, EntitySchema } from 'typeorm'
import { childSettings, serveParent } from '../runner/parent'
import { RECORDED_ACTION } from './oracle'

/** What the application that gets killed is started with. */
export interface AppSettings {
  readonly database: string
  /** The same folder for every life of the application. */
  readonly journal: string
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
  const settings = childSettings<AppSettings>()
  const source = new DataSource({ type: 'postgres', url: settings.database, entities: [itemEntity] })
  await source.initialize()
  const activity = audit({
    database: settings.database,
    journal: { directory: settings.journal },
    actor: (req) => ({ type: 'user', id: String(req.get('x-user')) }),
  })
  const app = express()
  app.set('env', 'test') // Express prints what a handler throws, except in tests
  app.use(activity)
  app.use(express.json())
  app.get('/items/:id', (req, res) => {
    res.json({ id: req.params.id, name: 'a thing', amount: 3 })
  })
  app.get('/shelves/:shelf/items', (_req, res) => {
    setImmediate(() => res.json([{ id: 'one' }, { id: 'two' }]))
  })
  app.post('/shelves/:shelf/items', async (req, res) => {
    const item = req.body as Item
    await source.transaction(async (manager) => {
      await manager.insert(itemEntity, item)
      await activity.trail.record({ action: RECORDED_ACTION, resource: { type: 'item', id: item.id } }, { manager })
      // Some change their mind at the last moment: neither row nor recorded event may stay.
      if (item.amount < 0) throw Object.assign(new Error('less than nothing'), { status: 409 })
    })
    res.status(201).json(item)
  })
  const server = app.listen(0, '127.0.0.1', () => {
    const stop = async (): Promise<unknown> => {
      server.close()
      await activity.trail.flush()
      const status = activity.trail.status()
      await activity.trail.stop()
      await source.destroy()
      return status
    }
    serveParent({ stop, flush: () => activity.trail.flush() }, (server.address() as AddressInfo).port)
  })
}

void main()
