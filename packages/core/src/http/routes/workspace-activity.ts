import { z } from 'zod'

import { toS3 } from '../../model/views'
import { listHeaders, listProblems, workspaceActivityEntry } from '../entries'
import { answerList } from '../list'
import { paging, text } from '../parameters'
import { route } from '../route'

/** All activity of a workspace, as a bare array. */
export const workspaceActivity = route({
  method: 'GET',
  path: '/workspaces/{ws_id}/activity',
  operationId: 'listWorkspaceActivity',
  summary: 'All activity of a workspace, newest first.',
  permission: 'activity:read',
  tenancy: 'path',
  params: z.object({ ws_id: text({ description: 'The workspace.', example: 'ws-abc123' }) }),
  query: z.object(paging),
  answer: { description: 'The entries of one page.', schema: z.array(workspaceActivityEntry), headers: listHeaders },
  problems: listProblems,
  handle: (call, services) => answerList(call, services, { filter: {}, show: toS3, shape: ({ items }) => items }),
})
