import { z } from 'zod'

import { EXPORT_FORMATS, type ExportFormat, startExport } from '../../export/export'
import { encodeCursor } from '../../model/cursor'
import { readId } from '../../model/id'
import { toS1 } from '../../model/views'
import { ALL_WORKSPACES } from '../../model/workspaces'
import { activityFilter, activityQuestion } from '../activity-filter'
import type { StreamedAnswer } from '../answer'
import { eventBehind } from '../behind'
import { activityEvent } from '../entries'
import { gzipped } from '../gzip'
import { exportedEvent } from '../exported'
import { documented, text, workspace } from '../parameters'
import { isProblem, type Problem } from '../problem'
import { route, type Call } from '../route'
import type { ApiServices } from '../services'

const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
}

/** All events that a filter finds, as a file. */
export const activityExport = route({
  method: 'GET',
  path: '/activity/export',
  operationId: 'exportActivity',
  summary: 'All events that a filter finds, as a file, newest first.',
  description:
    'Written as it is read, so it may be of any length; gzip where the client accepts it. What breaks off half way is taken up again with `cursor`, the id of the last event that arrived. In CSV a text that a spreadsheet would take for a formula has a quote in front. The export is itself recorded, with its filter and its number of events.',
  permission: 'activity:export',
  tenancy: 'choice',
  params: z.object({}),
  query: z.object({
    format: z
      .enum(EXPORT_FORMATS)
      .default('csv')
      .meta(documented({ description: 'A table, one JSON array, or one JSON object a line.', example: 'ndjson' })),
    ...activityQuestion,
    cursor: text({
      description: 'Continue after this event (`evt_…`), or after an earlier page of the list.',
      example: 'evt_018cc251-f400-7000-8000-00000000abcd',
    }).optional(),
    workspace,
  }),
  answer: {
    description: 'The file.',
    schema: z.array(activityEvent),
    otherMedia: {
      'text/csv': z.string().meta({ description: 'RFC 4180 with a header line.' }),
      'application/x-ndjson': z.string().meta({ description: 'One event of the JSON form on each line.' }),
    },
    headers: { 'Content-Disposition': 'A name for the file.' },
  },
  problems: ['ERR_PARAMETER_CONFLICT', 'ERR_CURSOR_INVALID', 'ERR_WORKSPACE_AMBIGUOUS'],
  async handle(call, services) {
    const { format, cursor } = call.query
    const filter = activityFilter(call.query, services.now())
    if (isProblem(filter)) return filter
    const { workspaceId = '' } = call
    const place = cursor === undefined ? undefined : await placeOf(cursor, workspaceId, services)
    if (isProblem(place)) return place
    const body = await startExport(format, {
      ...(place !== undefined && { cursor: place }),
      csv: (stretch) => services.query.csv(filter, stretch, workspaceId),
      scroll: (stretch) => services.query.scroll(filter, stretch, workspaceId),
      show: (event) => toS1(event, services.readUserAgent),
      ended: (end) => services.record(exportedEvent(call, { format, ...end }), call.request),
    })
    return asFile(call, body, { format, name: fileName(format, services.now()) })
  },
})

/** Below the event with this id, if there is one that may be read; else a list's own cursor. */
async function placeOf(cursor: string, workspaceId: string, { query }: ApiServices): Promise<string | Problem> {
  if (readId(cursor) === undefined) return cursor
  const event = await eventBehind({ id: cursor, workspaceId, parameter: 'cursor' }, query)
  if (isProblem(event)) return event
  return encodeCursor(
    workspaceId === ALL_WORKSPACES ? { logIndex: event.log_index } : { workspaceSeq: event.workspace_seq },
  )
}

function asFile(
  { request }: Call<unknown, unknown>,
  body: AsyncIterable<string>,
  { format, name }: { readonly format: ExportFormat; readonly name: string },
): StreamedAnswer {
  const headers = {
    'content-type': MEDIA_TYPES[format],
    'content-disposition': `attachment; filename="${name}"`,
    vary: 'accept-encoding',
  }
  if (!/\bgzip\b(?!\s*;\s*q=0(\.0+)?\s*(,|$))/i.test(request.headers['accept-encoding'] ?? '')) {
    return { kind: 'stream', headers, body }
  }
  return { kind: 'stream', headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipped(body) }
}

function fileName(format: ExportFormat, nowMs: number): string {
  return `activity-${new Date(nowMs).toISOString().slice(0, 10)}.${format}`
}
