import { join } from 'node:path'
import type { Framework } from './framework'

/** What the server under measurement adds to each request. */
export const MODES = ['bare', 'pino', 'save', 'actrail', 'actrail-split'] as const
/** One of {@link MODES}. */
export type Mode = (typeof MODES)[number]

/** What a server is started with. */
export interface ServerSettings {
  readonly framework: string
  readonly mode: Mode
  /** A folder of its own, for a log file or a journal. */
  readonly folder: string
  /** A database of its own. */
  readonly database: string
}

/** One way to keep track of requests, as the server mounts it. */
export interface Tracking {
  /** The middleware, mounted first. */
  readonly handler?: unknown
  /** Resolves when all that was tracked is where it shall be. */
  settle(): Promise<void>
  stop(): Promise<void>
}

/** Makes the tracking of a mode; each loads only what it needs, so that no mode carries another's memory. */
export async function createTracking(framework: Framework, settings: ServerSettings): Promise<Tracking> {
  switch (settings.mode) {
    case 'bare':
      return { settle: async () => {}, stop: async () => {} }
    case 'pino':
      return pinoTracking(framework, settings.folder)
    case 'save':
      return saveTracking(framework, settings.database)
    case 'actrail':
    case 'actrail-split':
      return actrailTracking(framework, settings)
  }
}

/** The framework's logger on pino at its defaults, to a file at the defaults of `pino.destination`. */
async function pinoTracking(framework: Framework, folder: string): Promise<Tracking> {
  const { pino, destination } = await import('pino')
  const file = destination(join(folder, 'requests.log'))
  return {
    handler: await framework.requestLogger(pino({}, file)),
    settle: async () => file.flushSync(),
    stop: async () => file.end(),
  }
}

/** What many applications do today: one `repository.save()` of TypeORM when the response is finished. */
async function saveTracking(framework: Framework, url: string): Promise<Tracking> {
  const { DataSource, EntitySchema } = await import('typeorm')
  const request = new EntitySchema<Record<string, unknown>>({ name: 'audit_log', columns: SAVED_COLUMNS })
  const source = await new DataSource({ type: 'postgres', url, entities: [request], synchronize: true }).initialize()
  const repository = source.getRepository(request)
  const pending = new Set<Promise<unknown>>()
  const save = (row: Record<string, unknown>): void => {
    const saving = repository.save(row).finally(() => pending.delete(saving))
    pending.add(saving)
  }
  const handler = framework.onFinish(({ method, path, status, itemId, user, ...said }) => {
    save({
      ...said,
      occurredAt: new Date(),
      actorType: 'user',
      actorId: user,
      action: `item.${method === 'GET' ? 'read' : 'create'}`,
      resourceType: 'item',
      resourceId: itemId,
      result: status < 400 ? 'success' : 'failure',
      statusCode: status,
      details: { method, path },
    })
  })
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
async function actrailTracking(framework: Framework, { mode, folder, database }: ServerSettings): Promise<Tracking> {
  const { handler, trail } = await framework.audit({ database, directory: folder, sequencer: mode === 'actrail' })
  await trail.start()
  return {
    handler,
    // With the sequencer elsewhere this process is done when its journal is stored.
    settle: () => trail.flush(),
    stop: () => trail.stop(),
  }
}
