import type { EventFilter } from '../../packages/core/src/filter/filter'
import { BEGIN_MS, SPAN_MS } from './fixture'

const DAY_MS = 86_400_000
const MIDDLE_MS = BEGIN_MS + SPAN_MS / 2

/** A filter and the condition that somebody would write for it by hand. */
export interface FilterCase {
  readonly filter: EventFilter
  readonly where: string
}

const at = (ms: number): string => `timestamptz '${new Date(ms).toISOString()}'`

/** Filters whose first page is full. */
export const FULL: Readonly<Record<string, FilterCase>> = {
  action: { filter: { actions: ['issue.created'] }, where: `action = 'issue.created'` },
  glob: { filter: { actions: ['env.*'] }, where: `action like 'env.%'` },
  verb: { filter: { actions: ['create'] }, where: `(action = 'create' or verb in ('CREATE'))` },
  actor: { filter: { actorId: 'user_42' }, where: `actor_id = 'user_42'` },
  'e-mail': { filter: { actorEmail: 'user43@example.com' }, where: `actor_email = 'user43@example.com'` },
  ip: { filter: { ip: '10.0.1.7' }, where: `ip = '10.0.1.7'` },
  resource: {
    filter: { resourceTypes: ['comment'], resourceId: 'res_77' },
    where: `resource_type in ('comment', 'COMMENT') and resource_id = 'res_77'`,
  },
  'resource type': { filter: { resourceTypes: ['ENV'] }, where: `resource_type in ('env', 'ENV')` },
  issue: { filter: { issue: 'issue_77' }, where: `issue_id = 'issue_77'` },
  project: { filter: { project: 'project_3' }, where: `project = 'project_3'` },
  result: { filter: { results: ['denied'] }, where: `result = 'denied'` },
  status: { filter: { status: 'FAILED' }, where: `result <> 'success'` },
  'time range': {
    filter: { from: BEGIN_MS + 10 * DAY_MS, to: BEGIN_MS + 20 * DAY_MS },
    where: `occurred_at >= ${at(BEGIN_MS + 10 * DAY_MS)} and occurred_at < ${at(BEGIN_MS + 20 * DAY_MS)}`,
  },
  search: {
    filter: { search: 'user42@' },
    where: `(action ilike '%user42@%' or actor_id ilike '%user42@%' or actor_email ilike '%user42@%' or actor_name ilike '%user42@%' or resource_type ilike '%user42@%' or resource_id ilike '%user42@%' or resource_name ilike '%user42@%')`,
  },
  'actor and action': {
    filter: { actorId: 'user_42', actions: ['issue.*'] },
    where: `actor_id = 'user_42' and action like 'issue.%'`,
  },
  'action and result': {
    filter: { actions: ['auth.login'], status: 'FAILED' },
    where: `action = 'auth.login' and result <> 'success'`,
  },
  'project and time': {
    filter: { project: 'project_3', from: MIDDLE_MS - 5 * DAY_MS, to: MIDDLE_MS },
    where: `project = 'project_3' and occurred_at >= ${at(MIDDLE_MS - 5 * DAY_MS)} and occurred_at < ${at(MIDDLE_MS)}`,
  },
}

/** Filters that nothing meets: unknown values, and values that never come together. */
export const EMPTY: Readonly<Record<string, EventFilter>> = {
  action: { actions: ['issue.exploded'] },
  glob: { actions: ['nothing.*'] },
  'glob at the end': { actions: ['*.exploded'] },
  verb: { actions: ['EXPLODE'] },
  actor: { actorId: 'nobody' },
  'actor type': { actorType: 'robot' },
  'e-mail': { actorEmail: 'nobody@example.com' },
  ip: { ip: '192.0.2.1' },
  'resource of a type': { resourceTypes: ['issue'], resourceId: 'nothing' },
  'resource type': { resourceTypes: ['nothing'] },
  'resource id': { resourceId: 'nothing' },
  'resource by id or name': { resource: 'nothing' },
  issue: { issue: 'issue_none' },
  project: { project: 'project_none' },
  result: { results: ['aborted'] },
  'time before': { to: BEGIN_MS },
  'time after': { from: BEGIN_MS + SPAN_MS + 2 * DAY_MS },
  'time of silence': { from: MIDDLE_MS + 3_600_000, to: MIDDLE_MS + DAY_MS - 3_600_000 },
  search: { search: 'nothing of the kind' },
  'actor and action': { actorId: 'user_7', actions: ['env.create'] },
  'action and project': { actions: ['file.read'], project: 'project_9' },
  'verb and result': { actions: ['LOGIN'], status: 'FAILED' },
  'e-mail and actor': { actorEmail: 'user1@example.com', actorId: 'user_2' },
  'project and resource type': { project: 'project_9', resourceTypes: ['file'] },
  'result and actor type': { status: 'FAILED', actorType: 'robot' },
  'search in a project': { project: 'project_1', search: 'nothing of the kind' },
  'action in a time of silence': {
    actions: ['issue.*'],
    from: MIDDLE_MS + 3_600_000,
    to: MIDDLE_MS + DAY_MS - 3_600_000,
  },
  'all at once': {
    actorId: 'user_7',
    actions: ['create'],
    ip: '10.0.1.7',
    project: 'project_1',
    status: 'FAILED',
    search: 'x',
  },
}
