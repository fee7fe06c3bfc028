import type { PGlite } from '@electric-sql/pglite'
import type { Turns } from './turns'

/**
 * What a server's background processes would do, and a single backend does not do by itself: checkpoints (else the
 * write-ahead log grows for ever, and with it the time to open the store after a crash) and autovacuum.
 */
export interface Housekeeping {
  /** Something was written, or may have been. */
  active(): void
  stop(): void
}

const LOOK_EVERY_MS = 2_000
const VACUUM_EVERY_MS = 15_000
/** Replaying so much takes about half a second. */
const CHECKPOINT_BYTES = 48 * 1024 * 1024
/** Quiet stores are checkpointed early: the next process then opens them without a recovery. */
const QUIET_CHECKPOINT_BYTES = 512 * 1024

const unflushedSql = `
  select (pg_current_wal_insert_lsn() - redo_lsn)::float8 as bytes from pg_control_checkpoint()`

// The thresholds of autovacuum. Insert-only tables are analyzed, not vacuumed: a shard can be large, and vacuuming
// it would hold everybody up.
const choresSql = `
  select format('%I.%I', schemaname, relname) as name,
    n_dead_tup > 50 + 0.2 * n_live_tup as dead,
    n_mod_since_analyze > 500 + 0.1 * n_live_tup as changed
  from pg_stat_user_tables
  where n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 500 + 0.1 * n_live_tup`

interface Chore {
  readonly name: string
  readonly dead: boolean
}

/** Looks after `db` between the transactions of others. `failed` hears of a chore that went wrong. */
export function startHousekeeping(db: PGlite, turns: Turns, failed: (error: unknown) => void): Housekeeping {
  let busy = false
  let wrote = false
  let settled = true
  let vacuumedAt = Date.now()

  const timer = setInterval(() => {
    if (busy || (!wrote && settled)) return
    busy = true
    const quiet = !wrote
    wrote = false
    look(quiet)
      .catch(failed)
      .finally(() => (busy = false))
  }, LOOK_EVERY_MS)
  timer.unref()

  async function look(quiet: boolean): Promise<void> {
    await turns.between(() => checkpoint(quiet ? QUIET_CHECKPOINT_BYTES : CHECKPOINT_BYTES))
    if (quiet || Date.now() - vacuumedAt > VACUUM_EVERY_MS) await vacuum()
    settled = quiet
  }

  async function checkpoint(limit: number): Promise<void> {
    const { rows } = await db.query<{ bytes: number }>(unflushedSql)
    if ((rows[0]?.bytes ?? 0) > limit) await db.exec('checkpoint')
  }

  /** A turn for each table, so that nobody waits for all of them. */
  async function vacuum(): Promise<void> {
    vacuumedAt = Date.now()
    let chores: Chore[] = []
    await turns.between(async () => void (chores = (await db.query<Chore>(choresSql)).rows))
    for (const { name, dead } of chores) {
      await turns.between(async () => void (await db.exec(dead ? `vacuum (analyze) ${name}` : `analyze ${name}`)))
    }
  }

  return {
    active: () => void (wrote = true),
    stop: () => clearInterval(timer),
  }
}
