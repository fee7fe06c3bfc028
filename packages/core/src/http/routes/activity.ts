import { z } from 'zod'

import { toS1 } from '../../model/views'
import { activityFilter, activityQuestion } from '../activity-filter'
import { activityEvent, listHeaders, listProblems, pageMembers } from '../entries'
import { answerList } from '../list'
import { paging, workspace } from '../parameters'
import { isProblem } from '../problem'
import { route } from '../route'

/** The events of a workspace in full. */
export const activity = route({
  method: 'GET',
  path: '/activity',
  operationId: 'listActivity',
  summary: 'The events of a workspace in full, newest first.',
  permission: 'activity:read',
  tenancy: 'choice',
  params: z.object({}),
  query: z.object({ ...activityQuestion, ...paging, workspace }),
  answer: {
    description: 'One page.',
    schema: z.strictObject({
      items: z.array(activityEvent),
      ...pageMembers,
      next_cursor: z
        .string()
        .nullable()
        .meta({ description: 'The `cursor` of the next page; `null` on the last one.' }),
    }),
    headers: listHeaders,
  },
  problems: [...listProblems, 'ERR_WORKSPACE_AMBIGUOUS'],
  handle: async (call, services) => {
    const filter = activityFilter(call.query, services.now())
    if (isProblem(filter)) return filter
    const show = (event: Parameters<typeof toS1>[0]) => toS1(event, services.readUserAgent)
    return answerList(call, services, { filter, show, shape: (page) => page })
  },
})
