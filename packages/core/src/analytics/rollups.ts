import type { RollupLog } from '../store/rollup-log'
import type { Task } from '../tasks/tasks'

/**
 * The rollups as a reader of the log: adds what has been sequenced since the cursor, in pieces of 20,000 events, each
 * exactly once. Behind the log by about a second.
 */
export function rollupTask(log: RollupLog): Task {
  return {
    name: 'rollups',
    everyMs: 1_000,
    run: async () => (await log.rollUp()) > 0,
  }
}
