import type { Examination } from '../store/examine'
import type { SetUp } from '../store/rights'
import { bad, type Check, good } from './check'

/** Whether the server is one that keeps what it confirms. */
export function serverCheck({ serverVersion, isStandby, isDurable }: Examination): Check {
  if (isStandby)
    return bad('database', `Postgres ${serverVersion} is a standby.`, 'Name the primary in the option "database".')
  if (!isDurable)
    return bad(
      'database',
      `Postgres ${serverVersion} may lose what it has confirmed: fsync or full_page_writes is off.`,
      'Switch both on in postgresql.conf.',
    )
  return good('database', `Postgres ${serverVersion} answers.`)
}

/** Whether our schema is as new as this release. */
export function migrationCheck({ isMigrated, hasNewerMigrations }: Examination): Check {
  if (!isMigrated)
    return bad('migrations', 'The schema is older than this release.', 'Run the migrations as the owner.')
  return hasNewerMigrations
    ? good('migrations', 'A newer release has migrated the schema.', 'Upgrade this process as well.')
    : good('migrations', 'The schema is up to date.')
}

const SKEW_MS = 5_000

/** Whether the database's clock is ours. */
export function skewCheck(aheadMs: number): Check {
  const apart = `The database's clock is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? 'behind' : 'ahead'}.`
  return Math.abs(aheadMs) <= SKEW_MS
    ? good('database clock', apart)
    : bad('database clock', apart, 'Keep both right with NTP: shards and time ranges go by them.')
}

/** Whether connections last. */
export function poolerCheck({ isPooled }: Examination): Check {
  return isPooled
    ? bad(
        'pooler',
        'There is a pooler in transaction mode between this process and Postgres: locks and notifications do not work through it.',
        'Give the option "database" a direct connection, or one through a pool in session mode.',
      )
    : good('pooler', 'Connections to Postgres last.')
}

/** What protects the log from this user. */
export function rightsCheck(setUp: SetUp | undefined): Check {
  return setUp === 'single-role'
    ? good('rights', 'This user owns the log: nothing in the database protects the log from it.', 'See rolesSql().')
    : good('rights', 'This user has no more rights than it needs.')
}
