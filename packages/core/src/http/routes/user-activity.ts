import { z } from 'zod'

import { toS2 } from '../../model/views'
import { auditLogFilter, auditLogPage, whatHappened } from '../audit-log-filter'
import { auditLogEntry, listHeaders, listProblems, pageMembers } from '../entries'
import { answerList } from '../list'
import { paging, text, workspace } from '../parameters'
import { isProblem } from '../problem'
import { ownActorType } from '../own-activity'
import { route } from '../route'

/** What one user did. */
export const userActivity = route({
  method: 'GET',
  path: '/users/{user_id}/activity',
  operationId: 'listUserActivity',
  summary: 'What one user did, newest first.',
  description:
    "Without the permission one sees what one did oneself: as the same type of actor, in one's own workspaces.",
  permission: 'activity:read',
  own: 'user_id',
  tenancy: 'choice',
  params: z.object({ user_id: text({ description: 'Id of the user.', example: 'user-abc-123' }) }),
  query: z.object({ ...whatHappened, ...paging, workspace }),
  answer: {
    description: 'One page.',
    schema: z.strictObject({ items: z.array(auditLogEntry), ...pageMembers }),
    headers: listHeaders,
  },
  problems: [...listProblems, 'ERR_WORKSPACE_AMBIGUOUS'],
  handle: async (call, services) => {
    const asked = auditLogFilter({ ...call.query, user_id: call.params.user_id }, services.now())
    if (isProblem(asked)) return asked
    return answerList(call, services, {
      filter: { ...asked, ...ownActorType(call, 'actorType') },
      show: toS2,
      shape: auditLogPage,
    })
  },
})
