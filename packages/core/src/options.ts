import { z } from 'zod'
import type { TrustProxy } from './capture/client-address'
import { ActrailError } from './errors'
import type { MetricsRegistry } from './health/metrics'
import type { Authorize } from './http/authorize'
import type { JournalMode } from './journal/types'
import type { Actor } from './model/event'
import type { Logger } from './model/logger'
import { nearest } from './model/nearest'
import { DEFAULT_LIMITS } from './redact/limits'
import type { DatabaseOption } from './store/connection'

/**
 * What `audit()` and `createAuditTrail()` take. All are optional; without any, an embedded store in `./.actrail` keeps
 * what every request did, and nobody may read it over HTTP.
 *
 * `Native` is what the framework calls a request: Express's `Request`, Koa's `Context`.
 */
export interface AuditOptions<Native = unknown> {
  /**
   * Where the log lives: a `postgres://` URL, or the host's TypeORM `DataSource`, whose settings are copied and whose
   * pool is left alone.
   * @default the embedded store of `@actrail/embedded`
   */
  readonly database?: string | Extract<DatabaseOption, { options: unknown }> | undefined
  /** The Postgres schema that holds our tables. @default 'actrail' */
  readonly schema?: string | undefined
  /** The folder of the journal, and of the embedded store. @default '.actrail' */
  readonly directory?: string | undefined
  /**
   * Who is acting. Asked when the response ends, after authentication.
   * @default what `req.user` says
   */
  readonly actor?: ((native: Native) => Actor | null | undefined | false) | undefined
  /**
   * The tenant. Asked when the response ends. Nothing returned: the event goes to `_system`.
   * @default the user's workspace, else an authenticated request's `ws_id`, `workspaceId` or `workspace_id` parameter, else `default`
   */
  readonly workspace?: ((native: Native) => string | null | undefined | false) | undefined
  /** `mutations` leaves out successful GET, HEAD and OPTIONS requests. @default 'all' */
  readonly capture?: 'all' | 'mutations' | undefined
  /** Which requests are on disk before their handler runs, so that a crash cannot hide them. @default 'all' */
  readonly intents?: 'all' | 'mutations' | undefined
  /** Narrows `capture`, asked before the handler runs. Denied and failed requests are kept all the same. @default every request */
  readonly when?: ((native: Native) => boolean) | undefined
  /**
   * Which proxies may say who the client is: a number of hops, or CIDR ranges and the names `loopback`, `linklocal`,
   * `uniquelocal`.
   * @default false
   */
  readonly trustProxy?: TrustProxy | undefined
  /** What of a request is stored beside who, what and how. All of it is redacted and capped. */
  readonly include?: IncludeOptions | undefined
  /** The header that carries the request id. @default 'x-request-id' */
  readonly requestIdHeader?: string | undefined
  /** How long, in ms, the event of a request whose client left waits for its handler: 0–600,000. @default 10000 */
  readonly abortGraceMs?: number | undefined
  /** What counts as a secret, besides the built-in list. */
  readonly redact?: RedactOptions | undefined
  /** The append-only files on local disk that an event reaches first. */
  readonly journal?: JournalOptions | undefined
  /** Whether this process may be the one that puts the log in order; one of all processes is elected. @default true */
  readonly sequencer?: boolean | undefined
  /** Events in a shard before the next one is opened; each month opens one too: 1,000–100,000,000. @default 4000000 */
  readonly shardEvents?: number | undefined
  /**
   * `trigrams` gives the log an index for `search`, by the extension `pg_trgm`: a rare text is found in millions of events
   * at once, and each event costs more to store (docs/guides/operating.md). `scan` adds none, and removes none.
   * @default 'scan'
   */
  readonly search?: 'scan' | 'trigrams' | undefined
  /** Events of one write to the database, at most: 1–500. Fewer make more and smaller writes. @default 500 */
  readonly batchEvents?: number | undefined
  /** How long, in ms, a write to the database waits for more events: 0–10,000. @default 100 */
  readonly batchMs?: number | undefined
  /** Connections to the database beside the one of the sequencer: 1–20. @default 4 */
  readonly poolSize?: number | undefined
  /** An HTTP request to the log that takes longer, in ms, gets 503: 100–60,000. @default 10000 */
  readonly apiTimeoutMs?: number | undefined
  /** Entries of each memory that saves work (user agents, routes, lists that are being paged): 100–1,000,000. @default 5000 */
  readonly cacheEntries?: number | undefined
  /** Who may read the log over HTTP. @default nobody */
  readonly authorize?: Authorize | undefined
  /** A pino-compatible logger. What it throws stays here. @default warnings and errors on stderr */
  readonly logger?: Logger | undefined
  /** A `prom-client` registry, which then shows what the trail is doing; the package must be installed. @default no metrics */
  readonly metrics?: MetricsRegistry | undefined
}

/** What of a request is stored besides; all of it redacted and capped. */
export interface IncludeOptions {
  /** Names of request headers to store. @default [] */
  readonly headers?: readonly string[] | undefined
  /** Store the query string. @default false */
  readonly query?: boolean | undefined
  /** Store the parsed body. @default false */
  readonly body?: boolean | undefined
}

/** What counts as a secret. */
export interface RedactOptions {
  /** More names of fields, headers and parameters whose values are secrets. @default [] */
  readonly keys?: readonly string[] | undefined
  /** Names of the built-in list that are harmless here. @default [] */
  readonly allow?: readonly string[] | undefined
  /**
   * What one of these matches in a text is replaced. They run on strangers' input: each must be linear.
   * @default []
   */
  readonly patterns?: readonly RegExp[] | undefined
  /** How much of one value of an event (its context, details or changes) is kept; the rest is cut and marked. */
  readonly limits?: LimitOptions | undefined
}

/** How much of one value is kept. */
export interface LimitOptions {
  /** Bytes of its JSON, with numbers written out in full: 1,024–262,144. @default 32768 */
  readonly maxBytes?: number | undefined
  /** Bytes of one text in it: 64–65,536. @default 4096 */
  readonly maxTextBytes?: number | undefined
  /** Bytes of the name of one member: 16–1,024. @default 256 */
  readonly maxNameBytes?: number | undefined
  /** Objects and lists within each other: 1–64. @default 12 */
  readonly maxDepth?: number | undefined
  /** Members of one object, or entries of one list: 1–10,000. @default 256 */
  readonly maxMembers?: number | undefined
}

/** The journal on local disk. */
export interface JournalOptions {
  /**
   * `durable`: on disk before the handler runs, synced within 50 ms, so that it survives the process's death. `fsync`:
   * synced before the handler runs, so that it survives a loss of power. `strict`: as `fsync`, and a request whose intent
   * the disk does not take is answered with 503 in place of its handler. `memory`: nothing survives the process; for
   * read-only file systems and development, never an audit log.
   * @default 'durable'
   */
  readonly mode?: JournalMode | undefined
  /** The folder of its files. @default 'journal' in `directory` */
  readonly directory?: string | undefined
  /** Disk that unsent events may take, in bytes: 1 MB–1 TB. @default 1073741824 */
  readonly maxBytes?: number | undefined
  /** With less than this free, in bytes, the disk is left to others: 0–1 TB. @default 67108864 */
  readonly minFreeBytes?: number | undefined
  /** Memory for events that the disk does not take, in bytes; what comes beyond is lost and counted: 1 MB–4 GB. @default 16777216 */
  readonly maxMemoryBytes?: number | undefined
}

/** The options with every default filled in. */
export type ResolvedOptions = ReturnType<typeof resolveOptions>

const fn = <T>(): z.ZodType<T> => z.custom<T>((value) => typeof value === 'function', 'must be a function')
const names = z.array(z.string().min(1).max(256)).max(1_000)

const include = z.strictObject({
  headers: names.default([]).transform((list) => list.map((name) => name.toLowerCase())),
  query: z.boolean().default(false),
  body: z.boolean().default(false),
})
const limits = z.strictObject({
  maxBytes: z.int().min(1_024).max(262_144).default(DEFAULT_LIMITS.maxBytes),
  maxTextBytes: z.int().min(64).max(65_536).default(DEFAULT_LIMITS.maxTextBytes),
  maxNameBytes: z.int().min(16).max(1_024).default(DEFAULT_LIMITS.maxNameBytes),
  maxDepth: z.int().min(1).max(64).default(DEFAULT_LIMITS.maxDepth),
  maxMembers: z.int().min(1).max(10_000).default(DEFAULT_LIMITS.maxMembers),
})
const redact = z.strictObject({
  keys: names.default([]),
  allow: names.default([]),
  patterns: z
    .array(z.instanceof(RegExp, { error: 'must be a regular expression' }))
    .max(100)
    .default([]),
  limits: limits.prefault({}),
})
const journal = z.strictObject({
  mode: z.enum(['durable', 'fsync', 'strict', 'memory']).default('durable'),
  directory: z.string().min(1).optional(),
  maxBytes: z.int().min(1_048_576).max(1_099_511_627_776).default(1_073_741_824),
  minFreeBytes: z.int().min(0).max(1_099_511_627_776).default(67_108_864),
  maxMemoryBytes: z.int().min(1_048_576).max(4_294_967_296).default(16_777_216),
})

const shape = {
  database: z
    .custom<NonNullable<AuditOptions['database']>>(
      (value) => typeof value === 'string' || (typeof value === 'object' && value !== null && 'options' in value),
      'must be a postgres:// URL or a TypeORM DataSource',
    )
    .optional(),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,50}$/, 'must be a lower-case Postgres name of at most 51 characters')
    .default('actrail'),
  directory: z.string().min(1).default('.actrail'),
  actor: fn<NonNullable<AuditOptions<never>['actor']>>().optional(),
  workspace: fn<NonNullable<AuditOptions<never>['workspace']>>().optional(),
  capture: z.enum(['all', 'mutations']).default('all'),
  intents: z.enum(['all', 'mutations']).default('all'),
  when: fn<NonNullable<AuditOptions<never>['when']>>().optional(),
  trustProxy: z.union([z.literal(false), z.int().min(0).max(32), names]).default(false),
  include: include.prefault({}),
  requestIdHeader: z
    .string()
    .min(1)
    .default('x-request-id')
    .transform((name) => name.toLowerCase()),
  abortGraceMs: z.int().min(0).max(600_000).default(10_000),
  redact: redact.prefault({}),
  journal: journal.prefault({}),
  sequencer: z.boolean().default(true),
  shardEvents: z.int().min(1_000).max(100_000_000).default(4_000_000),
  search: z.enum(['scan', 'trigrams']).default('scan'),
  batchEvents: z.int().min(1).max(500).default(500),
  batchMs: z.int().min(0).max(10_000).default(100),
  poolSize: z.int().min(1).max(20).default(4),
  apiTimeoutMs: z.int().min(100).max(60_000).default(10_000),
  cacheEntries: z.int().min(100).max(1_000_000).default(5_000),
  authorize: fn<Authorize>().optional(),
  logger: z
    .custom<Logger>((value) => typeof value === 'object' && value !== null && 'error' in value, 'must have error()')
    .optional(),
  metrics: z.custom<MetricsRegistry>(isRegistry, 'must be a prom-client Registry, such as its `register`').optional(),
} satisfies Record<keyof AuditOptions, z.ZodType>

function isRegistry(value: unknown): value is MetricsRegistry {
  return typeof (value as MetricsRegistry | null | undefined)?.registerMetric === 'function'
}

const schema = z.strictObject(shape)

/**
 * Checks the options, fills in the defaults and freezes the result.
 *
 * @throws ActrailError `ERR_OPTION_UNKNOWN` for a name that is none, with the nearest one; `ERR_OPTION_INVALID` for a
 *   value that does not fit, with what would
 */
export function resolveOptions<Native>(options: AuditOptions<Native>): Readonly<z.output<typeof schema>> {
  const parsed = schema.safeParse(options)
  if (parsed.success) return Object.freeze(parsed.data)
  const [issue] = parsed.error.issues
  const path = issue?.path.join('.') ?? ''
  if (issue?.code === 'unrecognized_keys') throw unknown(issue.keys[0] ?? '', path)
  throw new ActrailError(
    'ERR_OPTION_INVALID',
    `Option ${path || 'list'}: ${issue?.message}. See docs/reference/options.md.`,
  )
}

function unknown(key: string, path: string): ActrailError {
  const nested: Record<string, z.ZodObject> = { include, redact, 'redact.limits': limits, journal }
  const known = Object.keys(nested[path]?.shape ?? shape)
  const name = path === '' ? key : `${path}.${key}`
  const meant = nearest(key, known)
  const remedy = meant === undefined ? `Known are ${known.join(', ')}.` : `Did you mean ${meant}?`
  return new ActrailError('ERR_OPTION_UNKNOWN', `Option ${name} is unknown. ${remedy}`)
}
