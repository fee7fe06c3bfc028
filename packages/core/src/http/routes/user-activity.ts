import { z } from 'zod'

import { toS2 } from '../../model/views'
import { auditLogFilter, auditLogPage, whatHappened } from '../audit-log-filter'
import { auditLogEntry, listHeaders, listProblems, pageMembers } from '../entries'
import { answerList } from '../list'
import { paging, text, workspace } from '../parameters'
import { isProblem } from '../problem'
import { route } from '../route'

/** What one user did. */
export const userActivity = route({
  method: 'GET',
  path: '/users/{user_id}/activity',
  operationId: 'listUserActivity',
  summary: 'What one user did, newest first.',
  permission: 'activity:read',
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
    const filter = auditLogFilter({ ...call.query, user_id: call.params.user_id }, services.now())
    return isProblem(filter) ? filter : answerList(call, services, { filter, show: toS2, shape: auditLogPage })
  },
})
