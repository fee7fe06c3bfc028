import { z } from 'zod'

import { toS3 } from '../../model/views'
import { listHeaders, listProblems, workspaceActivityEntry } from '../entries'
import { answerList } from '../list'
import { paging, text } from '../parameters'
import { route } from '../route'

/** The activity of one issue, as a bare array. */
export const issueActivity = route({
  method: 'GET',
  path: '/workspaces/{ws_id}/issues/{issue_id}/activity',
  operationId: 'listIssueActivity',
  summary: 'The activity of one issue, newest first.',
  permission: 'activity:read',
  tenancy: 'path',
  params: z.object({
    ws_id: text({ description: 'The workspace.', example: 'ws-abc123' }),
    issue_id: text({ description: 'The issue.', example: 'issue-abc123' }),
  }),
  query: z.object(paging),
  answer: { description: 'The entries of one page.', schema: z.array(workspaceActivityEntry), headers: listHeaders },
  problems: listProblems,
  handle: (call, services) =>
    answerList(call, services, { filter: { issue: call.params.issue_id }, show: toS3, shape: ({ items }) => items }),
})
