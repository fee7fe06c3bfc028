import type { Duplex } from 'node:stream'
import type { DataSource, DataSourceOptions } from 'typeorm'
import type { ClientConfig } from 'pg'
import { ActrailError } from '../errors'

import { entitiesFor } from './entities/entities'
import { MIGRATIONS_TABLE, migrationsFor } from './migrations/migrations'
import { parsers } from './parsers'
import { quietDriver } from './quiet-pool'

/** Where the log lives: a `postgres://` URL, the host's TypeORM data source, or streams to an embedded store. */
export type DatabaseOption = string | HostDataSource | EmbeddedStreams

/** The part of a host's `DataSource` that we copy; its pool is never used. */
export type HostDataSource = Pick<DataSource, 'options'>

/** Opens a connection to an embedded store, in place of a socket. */
export interface EmbeddedStreams {
  stream(): Duplex
}

/** How to reach the database: what our pool and the sequencer's own connection share. */
export interface Link {
  readonly client: ClientConfig
  readonly embedded: boolean
  /** For messages: host, port and database, never a password. */
  readonly where: string
}

const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 30_000
// Compiling a list's statement takes longer than running it, and workers are worth it only where nobody waits.
const PLANNING = '-c jit=off -c max_parallel_workers_per_gather=0'

/** Reads the option `database`. Throws `ERR_OPTION_INVALID` for anything that is not Postgres. */
export function linkTo(database: DatabaseOption): Link {
  if (typeof database === 'string') return linkToUrl(database, {})
  if ('options' in database) return linkToHost(database)
  return {
    client: { stream: database.stream, user: 'postgres', database: 'postgres', ssl: false, types: parsers },
    embedded: true,
    where: 'the embedded store',
  }
}

function linkToUrl(text: string, extra: ClientConfig): Link {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'postgres:' && url?.protocol !== 'postgresql:')
    throw invalid('it must be a URL such as postgres://user:password@host:5432/database')
  return {
    client: { ...shared, ...extra, connectionString: text },
    embedded: false,
    where: `${url.host || url.searchParams.get('host') || 'localhost'}${url.pathname}`,
  }
}

const shared: ClientConfig = {
  types: parsers,
  keepAlive: true,
  keepAliveInitialDelayMillis: 2_000,
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
}

// Only what says how to connect is copied: entities, subscribers, logging, pool size and parsers of the host are not ours.
function linkToHost({ options }: HostDataSource): Link {
  if (options.type !== 'postgres')
    throw invalid(`the given DataSource is of type "${options.type}"; Actrail needs "postgres"`)
  const master = options.replication?.master ?? options
  const { max: _max, min: _min, types: _types, ...extra } = (options.extra ?? {}) as Record<string, unknown>
  const ssl = master.ssl ?? options.ssl
  const given = { ...extra, ...(ssl !== undefined && { ssl }) } as ClientConfig
  if (master.url !== undefined) return linkToUrl(master.url, given)
  const { host, port, username, password, database } = master
  const client = defined({ host, port, user: username, password, database }) as ClientConfig
  return {
    client: { ...shared, ...given, ...client },
    embedded: false,
    where: `${host ?? 'localhost'}:${port ?? 5432}/${database ?? ''}`,
  }
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** Options of our own data source over a link: our entities, our migrations, our pool of at most `poolSize`. */
export function dataSourceOptions(
  link: Link,
  how: { schema: string; poolSize: number; unhurried?: boolean },
): DataSourceOptions {
  return {
    type: 'postgres',
    driver: quietDriver,
    entities: entitiesFor(how.schema),
    migrations: migrationsFor(how.schema),
    migrationsTableName: MIGRATIONS_TABLE,
    schema: how.schema,
    synchronize: false,
    logging: false,
    installExtensions: false,
    poolErrorHandler: () => {},
    extra: {
      ...link.client,
      application_name: 'actrail',
      max: how.poolSize,
      // The embedded store ignores the one and hangs on others of its kind: never send them there.
      ...(!link.embedded &&
        !how.unhurried && {
          statement_timeout: STATEMENT_TIMEOUT_MS,
          query_timeout: STATEMENT_TIMEOUT_MS + 5_000,
          options: [link.client.options, PLANNING].filter((given) => given !== undefined).join(' '),
        }),
    },
  }
}

function invalid(what: string): ActrailError {
  return new ActrailError('ERR_OPTION_INVALID', `database: ${what}.`)
}
