import { z } from 'zod'

import { toS2 } from '../../model/views'
import { auditLogFilter, auditLogPage, whatHappened, whoActed } from '../audit-log-filter'
import { auditLogEntry, listHeaders, listProblems, pageMembers } from '../entries'
import { answerList } from '../list'
import { paging, workspace } from '../parameters'
import { isProblem } from '../problem'
import { route } from '../route'

/** The audit log of a workspace. */
export const auditLogs = route({
  method: 'GET',
  path: '/audit-logs/',
  operationId: 'listAuditLogs',
  summary: 'The audit log of a workspace, newest first.',
  permission: 'activity:read',
  tenancy: 'choice',
  params: z.object({}),
  query: z.object({ ...whatHappened, ...whoActed, ...paging, workspace }),
  answer: {
    description: 'One page.',
    schema: z.strictObject({ items: z.array(auditLogEntry), ...pageMembers }),
    headers: listHeaders,
  },
  problems: [...listProblems, 'ERR_WORKSPACE_AMBIGUOUS'],
  handle: async (call, services) => {
    const filter = auditLogFilter(call.query, services.now())
    return isProblem(filter) ? filter : answerList(call, services, { filter, show: toS2, shape: auditLogPage })
  },
})
