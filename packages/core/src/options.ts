import { z } from 'zod'
import type { TrustProxy } from './capture/client-address'
import { ActrailError } from './errors'
import type { Authorize } from './http/authorize'
import type { JournalMode } from './journal/types'
import type { Actor } from './model/event'
import type { Logger } from './model/logger'
import { nearest } from './model/nearest'
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
  /** Who may read the log over HTTP. @default nobody */
  readonly authorize?: Authorize | undefined
  /** A pino-compatible logger. @default warnings and errors on stderr */
  readonly logger?: Logger | undefined
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
}

/** The journal on local disk. */
export interface JournalOptions {
  /**
   * `durable`: on disk before the handler runs. `memory`: nothing survives the process; for read-only file systems and
   * development, never an audit log.
   * @default 'durable'
   */
  readonly mode?: JournalMode | undefined
  /** The folder of its files. @default 'journal' in `directory` */
  readonly directory?: string | undefined
  /** Disk that unsent events may take, in bytes: 1 MB–1 TB. @default 1073741824 */
  readonly maxBytes?: number | undefined
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
const redact = z.strictObject({ keys: names.default([]), allow: names.default([]) })
const journal = z.strictObject({
  mode: z.enum(['durable', 'memory']).default('durable'),
  directory: z.string().min(1).optional(),
  maxBytes: z.int().min(1_048_576).max(1_099_511_627_776).default(1_073_741_824),
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
  authorize: fn<Authorize>().optional(),
  logger: z
    .custom<Logger>((value) => typeof value === 'object' && value !== null && 'error' in value, 'must have error()')
    .optional(),
} satisfies Record<keyof AuditOptions, z.ZodType>

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
  const nested: Record<string, z.ZodObject> = { include, redact, journal }
  const known = Object.keys(nested[path]?.shape ?? shape)
  const name = path === '' ? key : `${path}.${key}`
  const meant = nearest(key, known)
  const remedy = meant === undefined ? `Known are ${known.join(', ')}.` : `Did you mean ${meant}?`
  return new ActrailError('ERR_OPTION_UNKNOWN', `Option ${name} is unknown. ${remedy}`)
}
