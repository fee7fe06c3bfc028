import { FILES, type Seed } from './feature'

const { seeds, list } = FILES
const ENTRY = 'answers the listed entry, field by field'

/** The log of workspaces and issues. */
export const S3: Seed = {
  name: 'S3',
  title: 'the log of workspaces and issues',
  features: [
    [
      'events recorded by themselves as they occur',
      FILES.capture,
      'has its intent before the handler runs and its event when the answer arrives',
    ],
    ['`GET /workspaces/{ws_id}/activity`', seeds, 'answers a bare array, newest first, with the total in a header'],
    ['`GET /workspaces/{ws_id}/issues/{issue_id}/activity`', seeds, ENTRY],
    ['mounted under a prefix such as `/api/v1`', FILES.router, 'names its own mount point in links, which lead on'],
    ['a bearer token', FILES.bearer, 'lets a token read the workspace of its claim, and no other'],
    ['`limit` 1–200, 50 if none', seeds, 'takes the largest and the smallest page'],
    ['`offset`, 0 if none', seeds, 'answers what one user did'],
    ['an array without an envelope', seeds, 'answers a bare array, newest first, with the total in a header'],
    ['id, workspace_id, issue_id', seeds, ENTRY],
    ['actor_type `user` or `agent`, actor_id', seeds, 'shows the new values of changed fields among the details'],
    ['action as recorded', seeds, ENTRY],
    ['details as an object', seeds, ENTRY],
    [
      'created_at in ISO form without a zone',
      FILES.views,
      'is the listed entry, field by field, its time without a zone',
    ],
    ['`issue.created` with title and identifier', seeds, ENTRY],
    [
      '`issue.updated` with the new values of what changed',
      seeds,
      'shows the new values of changed fields among the details',
    ],
    [
      'members added to and removed from a workspace',
      FILES.normalForm,
      'keeps the action as given and derives the verb, which a login that failed changes',
    ],
    [
      'what agents ran, and its result',
      FILES.newEvent,
      'records what another service tells, in the members that the list shows',
    ],
    ['uploads and changes of files', FILES.answered, 'updates'],
    [
      'changes of configuration',
      'packages/core/src/changes/entity-changes.db.test.ts',
      'save of a loaded entity: the fields that differ',
    ],
    [
      'a client that counts the last day by action',
      seeds,
      'answers a bare array, newest first, with the total in a header',
    ],
    ['`offset += limit` until a page is empty', list, 'sees each id once, although the first read is itself an event'],
    [
      'clients that keep answers for a while',
      FILES.entityTag,
      'is answered with 304 and no body to whoever has the answer',
    ],
    ['human and automated actions told apart', FILES.filterText, 'actor.type=agent and result=failure'],
    ['rapid successions and unusual actors noticed', 'later'],
    [
      'one tenant never sees another',
      FILES.tenants,
      'no generated request shows an event beyond the reach of its principal',
    ],
  ],
}
