import { DataSource } from 'typeorm'
import { createAppender, type Appender } from './append'
import { type DatabaseOption, dataSourceOptions, linkTo } from './connection'
import { closePool, createDatabase, type Database } from './database'
import { drained } from './drain'
import { isDataError } from './data-errors'
import { createKnownIds, type KnownIds } from './known-ids'
import { migrate } from './migrate'
import { createEventReader, type EventReader } from './read/event-reader'
import { checkRights, type SetUp } from './rights'
import { createRollupLog, type RollupLog } from './rollup-log'
import { type RebuildOptions, type RebuildProgress, rebuildRollups } from './rollup-rebuild'
import { addSearch, createSearchIndex, type SearchIndex } from './search-index'
import { createSequenceLog, type SequencedEvents, type SequenceLog } from './sequence-log'
import { validSchema } from './schema-name'
import { severable, type SeverableLink } from './severable'
import { createQuarantine, type Quarantine } from './quarantine'
import { quarantineEvent } from './sql/quarantine'
import { examine, type Examination } from './examine'
import { readStatus, type StoreStatus } from './store-status'
import { trailId } from './sql/trail-id'
import { explainStart } from './start-errors'

/** Options of {@link openStore}. */
export interface StoreOptions {
  /** A `postgres://` URL, the host's TypeORM `DataSource` (its options are copied, its pool never used), or an embedded store. */
  readonly database: DatabaseOption
  /** The Postgres schema that holds all our tables. Default: `actrail`. */
  readonly schema?: string
  /** Events of one shard, after which the next is opened, 1,000–1,000,000,000. Default: 4,000,000. */
  readonly shardEvents?: number
  /** The clock, in ms since 1970. Default: the system clock. */
  readonly now?: () => number
  /** Connections of our own pool, 1–20. Default: 4. The sequencer has one more. */
  readonly poolSize?: number
  /** Whether this process may put the log in order, for which it must have the rights. Default: true. */
  readonly sequencer?: boolean
  /** `trigrams`: the log is given an index for `search`, unless it has it. Default: it is left as it is. */
  readonly search?: 'scan' | 'trigrams'
  /** Aborted, it ends an opening that is under way: what waits for the server rejects with `ERR_STORE_UNREACHABLE`. */
  readonly signal?: AbortSignal
}

/** The log's database: takes batches, sequences them, reads the log back. */
export interface Store extends Appender, SequencedEvents {
  /** The id of this trail; another database has another one. */
  readonly trailId: string
  /** `single-role` when this connection owns the log: nothing in the database protects the log from it. */
  readonly setUp: SetUp
  /** Our pool, for the SQL texts below `store/`. */
  readonly database: Database
  /** The write side of the log, for the sequencer. */
  readonly sequence: SequenceLog
  /** The read side of the log. */
  readonly read: EventReader
  /** The index of older shards for `search`. */
  readonly searchIndex: SearchIndex
  /** The log as the rollups read it. */
  readonly rollups: RollupLog
  /** Makes the rollups anew from the log, while the old ones go on; see `rollup-rebuild.ts`. */
  rebuildRollups(options?: RebuildOptions): Promise<RebuildProgress>
  /** Which events the log holds. */
  readonly knownIds: KnownIds
  /**
   * Resolves when every batch that is in the inbox now has been sequenced, by whichever process. Rejects when the
   * database fails or `signal` is aborted.
   */
  drained(signal?: AbortSignal): Promise<void>
  /** Figures of the database; rejects when it does not answer. */
  status(): Promise<StoreStatus>
  /** Looks at the server and at how it is reached; takes a moment, and two connections more. */
  examine(): Promise<Examination>
  /** Puts aside an event that Postgres refuses, with the reason; `text` is its JSON. */
  quarantine(text: string, reason: string): Promise<void>
  /** What was put aside. */
  readonly quarantined: Quarantine
  /** True when Postgres refused the data itself: sending it again cannot help. */
  isDataError(error: unknown): boolean
  /** Closes all connections; may be called twice. */
  stop(): Promise<void>
}

/**
 * Connects, migrates the schema and returns the store. Rejects with `ERR_OPTION_INVALID`, `ERR_STORE_UNREACHABLE`,
 * `ERR_STORE_CREDENTIALS`, `ERR_STORE_MISSING`, `ERR_STORE_RIGHTS`, `ERR_STORE_VERSION` or `ERR_SEARCH_UNAVAILABLE`;
 * nothing stays open then.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const schema = validSchema(options.schema ?? 'actrail')
  const link = severable(linkTo(options.database))
  const source = new DataSource(dataSourceOptions(link, { schema, poolSize: options.poolSize ?? 4 }))
  options.signal?.addEventListener('abort', link.sever)
  try {
    await source.initialize()
    const how = { schema, embedded: link.embedded }
    const opening = createDatabase(source, { ...how, hasRowSecurity: false })
    await migrate(opening, link)
    const { setUp, hasRowSecurity } = await checkRights(opening, options.sequencer ?? true)
    const database = createDatabase(source, { ...how, hasRowSecurity })
    if (options.search === 'trigrams') await addSearch(database, link)
    const [trail] = await database.query<{ id: string }>(trailId)
    if (trail === undefined) throw new Error(`the table ${schema}.trail is empty`)
    const log = createSequenceLog(link, { ...options, schema })
    return storeOn({ source, link, database, log, trailId: trail.id, setUp })
  } catch (error) {
    await closePool(source, link.sever).catch(() => {})
    throw explainStart(error, link.where)
  } finally {
    options.signal?.removeEventListener('abort', link.sever)
  }
}

function storeOn(parts: Parts): Store {
  const { source, database, log } = parts
  return {
    ...createAppender(database, parts.trailId),
    trailId: parts.trailId,
    setUp: parts.setUp,
    database,
    sequence: log,
    read: createEventReader(database),
    searchIndex: createSearchIndex(database, parts.link),
    rollups: createRollupLog(database),
    rebuildRollups: (options) => rebuildRollups({ link: parts.link, database }, options),
    knownIds: createKnownIds(database),
    onSequenced: (listener) => log.onSequenced(listener),
    drained: (signal) => drained(database, log, signal),
    status: () => readStatus(database),
    examine: () => examine(parts.link, database),
    isDataError,
    quarantined: createQuarantine(database),
    quarantine: async (text, reason) => {
      await database.query(quarantineEvent, [text.replaceAll('\0', '\ufffd'), reason])
    },
    stop: () => closePool(source, parts.link.sever),
  }
}

interface Parts {
  source: DataSource
  link: SeverableLink
  database: Database
  log: SequenceLog & SequencedEvents
  trailId: string
  setUp: SetUp
}
