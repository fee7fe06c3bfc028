import { encodeRow } from '../../packages/core/src/ledger/row'
import { createRows } from '../ingest/events'
import { WORKSPACE } from '../page/fixture'

/**
 * Events of the one large workspace, as the journal takes them: the same people and things as those that are stored
 * already, so that they land all over the indexes.
 */
export function createNeighbours(): () => string {
  const next = createRows()
  let n = 0
  return () => {
    const h = (n++ * 2_654_435_761) >>> 0 // spreads
    const actor = h % 500
    return encodeRow({
      ...next(),
      workspace_id: WORKSPACE,
      actor_id: `user_${actor}`,
      actor_email: `user${actor}@example.com`,
      resource_id: `res_${(h >>> 5) % 20_000}`,
      ...(n % 3 === 0 && { issue_id: `issue_${(h >>> 6) % 5_000}` }),
      project: `project_${(h >>> 17) % 10}`,
    })
  }
}
