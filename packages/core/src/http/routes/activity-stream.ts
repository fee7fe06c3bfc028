import { z } from 'zod'

import { toS1 } from '../../model/views'
import { ALL_WORKSPACES, SYSTEM_WORKSPACE } from '../../model/workspaces'
import { activityFilter, activityQuestion } from '../activity-filter'
import { eventBehind } from '../behind'
import { activityEvent } from '../entries'
import { text, workspace } from '../parameters'
import { isProblem } from '../problem'
import { type Call, route } from '../route'
import { sseText } from '../sse'

const { from: _from, to: _to, since: _since, ...streamedQuestion } = activityQuestion

/** A sign of life at least so often, in ms. */
const WAIT_MS = 15_000
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The events of a workspace as they come. */
export const activityStream = route({
  method: 'GET',
  path: '/activity/stream',
  operationId: 'streamActivity',
  summary: 'The events of a workspace as they come, oldest first, as Server-Sent Events.',
  description:
    'Each block has the event in `data` and its id in `id`. A client that was cut off sends the last id in the header `Last-Event-ID`, as browsers do by themselves, and misses none and gets none twice. A comment at least every 15 seconds says that the stream lives. It ends when the credentials do.',
  permission: 'activity:read',
  tenancy: 'choice',
  params: z.object({}),
  query: z.object({
    ...streamedQuestion,
    after: text({
      description: 'Begin behind this event; what the header `Last-Event-ID` says for clients that cannot set headers.',
      example: 'evt_018cc251-f400-7000-8000-00000000abcd',
    }).optional(),
    workspace,
  }),
  answer: {
    description: 'The stream.',
    schema: activityEvent,
    otherMedia: { 'text/event-stream': z.string().meta({ description: 'Blocks of `id`, `event` and `data`.' }) },
  },
  problems: ['ERR_PARAMETER_CONFLICT', 'ERR_CURSOR_INVALID', 'ERR_WORKSPACE_AMBIGUOUS'],
  async handle(call, services) {
    const { request, query, workspaceId = '' } = call
    const filter = activityFilter(query, services.now())
    if (isProblem(filter)) return filter
    const last = request.headers['last-event-id'] || query.after
    const after =
      last === undefined ? undefined : await eventBehind({ id: last, workspaceId, parameter: 'after' }, services.query)
    if (isProblem(after)) return after
    const ending = endingWith(call)
    const turns = await services.query.follow({
      workspaceId,
      filter,
      ...(after !== undefined && { after }),
      signal: ending.signal,
      waitMs: WAIT_MS,
    })
    const body = sseText({
      turns,
      show: (event) => toS1(event, services.readUserAgent),
      mayGoOn: () => call.mayGoOn(),
      end: () => ending.abort(),
    })
    return {
      kind: 'stream',
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      },
      body,
      reads: workspaceId === ALL_WORKSPACES ? SYSTEM_WORKSPACE : workspaceId,
    }
  },
})

/** Ends by itself when the credentials end: a stream does not outlive its token. */
function endingWith({ principal }: Call<unknown, unknown>): AbortController {
  const ending = new AbortController()
  const { expiresAt } = principal ?? {}
  if (expiresAt === undefined) return ending
  const leftMs = Math.min(Math.max(expiresAt - Date.now(), 0), LONGEST_TIMER_MS)
  const timer = setTimeout(() => ending.abort(), leftMs).unref()
  ending.signal.addEventListener('abort', () => clearTimeout(timer))
  return ending
}
