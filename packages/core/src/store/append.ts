import { ActrailError } from '../errors'
import type { Database } from './database'
import { withRight } from './lacking-right'
import { inSchema } from './schema-name'
import { appendBatches } from './sql/append'
import { savepoint } from './sql/savepoint'
import { trailExists, trailId } from './sql/trail-id'

/** What we use of TypeORM's `EntityManager`; 0.3 calls its data source `connection`, 1.x `dataSource`. */
export interface ManagerLike {
  query(sql: string, parameters?: unknown[]): Promise<unknown>
  readonly connection?: DataSourceLike
  readonly dataSource?: DataSourceLike
}
/** What we use of the data source behind a manager. */
export interface DataSourceLike {
  readonly options: { readonly type: string }
}

/** One batch: the bytes of a JSON array of events, and how many it holds. */
export interface AppendedBatch {
  readonly payload: Buffer
  readonly events: number
}

/** Writes batches into the inbox. */
export interface Appender {
  /** Writes one batch; resolves when it is committed. */
  append(payload: Buffer, events: number): Promise<void>
  /** Writes several batches, in their order and all or none: one round trip and one sync for up to 8 of them. */
  appendAll(batches: readonly AppendedBatch[]): Promise<void>
  /** Writes one event by the host's manager. Rejects with `ERR_MANAGER_FOREIGN`, `ERR_STORE_RIGHTS`. */
  appendIn(manager: ManagerLike, text: string): Promise<void>
  /**
   * Writes up to 500 events by the host's manager, behind a savepoint: when this rejects, with `ERR_MANAGER_FOREIGN` or
   * whatever Postgres says, the host's transaction is as it was.
   */
  appendGently(manager: ManagerLike, texts: readonly string[]): Promise<void>
}

/**
 * `append` writes one batch by one statement: the bytes travel as a Buffer parameter and are never parsed here.
 * `appendIn` writes one event through the host's manager, so that it commits or rolls back with the host's transaction.
 * It rejects with `ERR_MANAGER_FOREIGN` when the manager's database does not hold this trail, with `ERR_STORE_RIGHTS` when
 * the manager's user may not write to it.
 */
export function createAppender(database: Database, trail: string): Appender {
  const ours = new WeakMap<object, boolean>()
  const single = inSchema(appendBatches(1), database.schema)

  async function check(manager: ManagerLike): Promise<void> {
    const source = sourceOf(manager)
    if (source === undefined || source.options.type !== 'postgres') throw foreign(database.schema)
    if (ours.get(source) === true) return
    ours.set(source, (await trailBehind(manager, database.schema)) === trail)
    if (ours.get(source) !== true) throw foreign(database.schema)
  }

  async function insert(manager: ManagerLike, texts: readonly string[]): Promise<void> {
    await check(manager)
    await manager.query(single, [texts.length, `[${texts.join(',')}]`])
  }

  return {
    append: async (payload, events) => {
      await database.write(appendBatches(1), [events, payload])
    },
    appendAll: async (batches) => {
      const parameters = batches.flatMap(({ payload, events }) => [events, payload])
      if (batches.length > 0) await database.write(appendBatches(batches.length), parameters)
    },
    appendIn: async (manager, text) => {
      await withRight(mayNotWrite, insert(manager, [text]))
    },
    appendGently: async (manager, texts) => {
      const source = sourceOf(manager)
      // Known not to be ours: nothing is tried again in each of its transactions.
      if (source?.options.type !== 'postgres' || ours.get(source) === false) throw foreign(database.schema)
      await manager.query(savepoint.set)
      try {
        await insert(manager, texts)
        await manager.query(savepoint.release)
      } catch (error) {
        await manager.query(savepoint.undo)
        throw error
      }
    },
  }
}

const mayNotWrite = {
  mayNot: "The transaction's database user may not write to the log",
  remedy: 'Grant it the role of the writer (see rolesSql), or leave out "manager".',
}

const sourceOf = (manager: ManagerLike): DataSourceLike | undefined => manager.dataSource ?? manager.connection

async function trailBehind(manager: ManagerLike, schema: string): Promise<string | undefined> {
  const [there] = (await manager.query(inSchema(trailExists, schema))) as { found: unknown }[]
  // 't' when the host has its own parser for booleans
  if (there?.found !== true && there?.found !== 't') return undefined
  const [row] = (await manager.query(inSchema(trailId, schema))) as { id: string }[]
  return row?.id
}

function foreign(schema: string): ActrailError {
  return new ActrailError(
    'ERR_MANAGER_FOREIGN',
    `The transaction's manager works on a database that does not hold this trail (schema ${schema}): the event would be recorded elsewhere. Give the manager of the same database, or leave out "manager".`,
  )
}
