import { join } from 'node:path'
import type { Express, RequestHandler } from 'express'

/** What the server under measurement adds to each request. */
export const MODES = ['bare', 'pino', 'save', 'actrail', 'actrail-split'] as const
/** One of {@link MODES}. */
export type Mode = (typeof MODES)[number]

/** What a server is started with. */
export interface ServerSettings {
  readonly mode: Mode
  /** A folder of its own, for a log file or a journal. */
  readonly folder: string
  /** A database of its own. */
  readonly database: string
}

/** One way to keep track of requests, as the server mounts it. */
export interface Tracking {
  /** The middleware, mounted first. */
  readonly handler?: RequestHandler
  /** Resolves when all that was tracked is where it shall be. */
  settle(): Promise<void>
  stop(): Promise<void>
}

/** Makes the tracking of a mode; each loads only what it needs, so that no mode carries another's memory. */
export async function createTracking(settings: ServerSettings): Promise<Tracking> {
  switch (settings.mode) {
    case 'bare':
      return { settle: async () => {}, stop: async () => {} }
    case 'pino':
      return pinoTracking(settings.folder)
    case 'save':
      return saveTracking(settings.database)
    case 'actrail':
    case 'actrail-split':
      return actrailTracking(settings)
  }
}

/** `pino-http` at its defaults, to a file at the defaults of `pino.destination`. */
async function pinoTracking(folder: string): Promise<Tracking> {
  const { pino, destination } = await import('pino')
  const { pinoHttp } = await import('pino-http')
  const file = destination(join(folder, 'requests.log'))
  return {
    handler: pinoHttp({ logger: pino({}, file) }),
    settle: async () => file.flushSync(),
    stop: async () => file.end(),
  }
}

/** What many applications do today: one `repository.save()` of TypeORM when the response is finished. */
async function saveTracking(url: string): Promise<Tracking> {
  const { DataSource, EntitySchema } = await import('typeorm')
  const request = new EntitySchema<Record<string, unknown>>({ name: 'audit_log', columns: SAVED_COLUMNS })
  const source = await new DataSource({ type: 'postgres', url, entities: [request], synchronize: true }).initialize()
  const repository = source.getRepository(request)
  const pending = new Set<Promise<unknown>>()
  const save = (row: Record<string, unknown>): void => {
    const saving = repository.save(row).finally(() => pending.delete(saving))
    pending.add(saving)
  }
  const handler: RequestHandler = (req, res, next) => {
    const began = process.hrtime.bigint()
    res.once('finish', () => {
      save({
        occurredAt: new Date(),
        actorType: 'user',
        actorId: req.get('x-user'),
        action: `item.${req.method === 'GET' ? 'read' : 'create'}`,
        resourceType: 'item',
        resourceId: req.params['id'],
        result: res.statusCode < 400 ? 'success' : 'failure',
        statusCode: res.statusCode,
        ip: req.socket.remoteAddress,
        userAgent: req.get('user-agent'),
        requestId: req.get('x-request-id'),
        durationUs: Number((process.hrtime.bigint() - began) / 1000n),
        details: { method: req.method, path: req.originalUrl },
      })
    })
    next()
  }
  const settle = async (): Promise<void> => {
    while (pending.size > 0) await Promise.all(pending)
  }
  return { handler, settle, stop: () => source.destroy() }
}

const text = { type: 'text', nullable: true } as const
const SAVED_COLUMNS = {
  id: { type: 'bigint', primary: true, generated: 'increment' },
  occurredAt: { type: 'timestamptz' },
  actorType: text,
  actorId: text,
  action: text,
  resourceType: text,
  resourceId: text,
  result: text,
  statusCode: { type: 'int' },
  ip: { type: 'inet' },
  userAgent: text,
  requestId: text,
  durationUs: { type: 'int' },
  details: { type: 'jsonb' },
} as const

/** Everything on, at its defaults: intents, outcomes, journal, sender, and the sequencer here or in another process. */
async function actrailTracking({ mode, folder, database }: ServerSettings): Promise<Tracking> {
  const { audit } = await import('@actrail/express')
  const activity = audit({
    database,
    directory: folder,
    sequencer: mode === 'actrail',
    actor: (req) => ({ type: 'user', id: String(req.get('x-user')) }),
  })
  await activity.trail.start()
  return {
    handler: activity,
    // With the sequencer elsewhere this process is done when its journal is stored.
    settle: () => activity.trail.flush(),
    stop: () => activity.trail.stop(),
  }
}

/** The application of every mode: one route that answers a small JSON document. */
export function mountRoutes(app: Express): void {
  app.get('/items/:id', (req, res) => {
    res.json({ id: req.params.id, name: 'a small thing', tags: ['red', 'round'], count: 3 })
  })
}
