import fc from 'fast-check'
import type { EventRow } from '../../packages/core/src/model/event'
import { createIds } from '../../packages/core/src/model/id'
import { eventRows } from './generated-events'

/** Where generated activity begins: a week in which Europe, and one later Lord Howe, set their clocks. */
export const ACTIVITY_BEGIN_MS = Date.UTC(2024, 2, 28)
const DAY_MS = 86_400_000
/** How long it goes on. */
export const ACTIVITY_DAYS = 14

const QUARTER_MS = 900_000
const verbs = ['LOGIN', 'CREATE', 'UPDATE', 'DELETE', 'READ'] as const

// Most happen about when they arrive; some come late, and some are imported, from before 1970 and from a border between
// two quarters of an hour.
const delays = fc.oneof(
  { weight: 95, arbitrary: fc.integer({ min: 0, max: 60_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 20 * DAY_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 60 * 365 * DAY_MS }) },
)
const activity = fc.record({
  row: eventRows,
  delayMs: delays,
  toBorder: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
  workspace_id: fc.constantFrom('w', 'w', 'w', 'other', 'third'),
  verb: fc.constantFrom(...verbs),
})

/** Rows in the order in which they arrive, over {@link ACTIVITY_DAYS} days, in three workspaces. */
export function generatedActivity(count: number, seed: number): EventRow[] {
  const ids = createIds()
  return fc.sample(activity, { numRuns: count, seed }).map(({ row, delayMs, toBorder, workspace_id, verb }, n) => {
    const at = ACTIVITY_BEGIN_MS + Math.floor((ACTIVITY_DAYS * DAY_MS * n) / count) - delayMs
    const occurred_at = toBorder ? Math.floor(at / QUARTER_MS) * QUARTER_MS : at
    return { ...row, id: ids.next(), occurred_at, workspace_id, verb }
  })
}
