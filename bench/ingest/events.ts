import { randomBytes } from 'node:crypto'
import { encodeRow } from '../../packages/core/src/ledger/row'
import type { EventRow } from '../../packages/core/src/model/event'
import { createIds } from '../../packages/core/src/model/id'

const ACTIONS = ['issue.created', 'issue.updated', 'project.read', 'member.role.update', 'env.create', 'auth.login']
const AGENT =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'

/** Makes the rows of a busy small company: 20 workspaces, 2,000 actors, 6 actions, about 700 bytes each. */
export function createRows(): () => EventRow {
  const ids = createIds()
  let n = 0
  return () => {
    const i = n++
    const action = ACTIONS[i % ACTIONS.length] ?? 'issue.created'
    return {
      v: 1,
      id: ids.next(),
      occurred_at: Date.now(),
      workspace_id: `workspace-${i % 20}`,
      actor_type: 'user',
      actor_id: `user-${(i * 7919) % 2000}`,
      actor_email: `user-${(i * 7919) % 2000}@example.com`,
      action,
      verb: 'UPDATE',
      resource_type: 'issue',
      resource_id: `issue-${(i * 104_729) % 50_000}`,
      ...(i % 3 === 0 && { issue_id: `issue-${(i * 104_729) % 50_000}` }),
      project: `project-${i % 9}`,
      result: i % 50 === 0 ? 'denied' : 'success',
      status_code: i % 50 === 0 ? 403 : 200,
      ip: `10.${i % 4}.${(i * 31) % 256}.${(i * 17) % 256}`,
      user_agent: AGENT,
      request_id: `request-${i}`,
      trace_id: randomBytes(16).toString('hex'),
      source: 'http',
      duration_us: 1_000 + (i % 5_000),
      details: { method: 'POST', path: `/api/v1/issues/${i}`, route: '/api/v1/issues/:id' },
    }
  }
}

/** The same as the texts that the journal takes. */
export function createTexts(): () => string {
  const next = createRows()
  return () => encodeRow(next())
}
