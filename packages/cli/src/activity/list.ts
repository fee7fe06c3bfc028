import type { ActivityPage } from '@actrail/client'

import type { Call, CommandDefinition } from '../command'
import { askServer } from '../settings/ask-server'
import { CONNECTION_FLAGS, type ConnectionFlags } from '../settings/settings'
import { createPaint } from '../terminal/paint'
import { tableLines } from '../terminal/table'
import { visible, visibleJson } from '../terminal/visible'
import { writeTo } from '../terminal/write-to'
import { eventColumns } from './event-columns'
import { FILTER_FLAGS, type FilterFlags, questionOf, RANGE_FLAGS, type RangeFlags } from './filter-flags'
import { ROW_FLAGS, type RowFlags } from './row-flags'
import { durationInWords } from './time-words'
import { readCount } from './values'

const MOST = 200
const USUAL_SINCE = '24h'

interface ListFlags extends ConnectionFlags, FilterFlags, RangeFlags, RowFlags {
  readonly limit: number
  readonly offset: number
}

/** `actrail activity list`: one page as a table. */
export const list: CommandDefinition<ListFlags> = {
  name: 'list',
  summary: 'Show events as a table, newest first',
  description:
    'Without a time it shows the last 24 hours. Times are in UTC, as --from and --to take them. A row with an action in brackets, such as (denied), did not succeed.',
  isDefault: true,
  flags: [
    ...RANGE_FLAGS,
    ...FILTER_FLAGS,
    {
      flag: '--limit <count>',
      description: `Events to show, 1 to ${MOST}.`,
      default: 50,
      parse: readCount({ least: 1, most: MOST }),
    },
    {
      flag: '--offset <count>',
      description: 'Events to skip, newest first.',
      default: 0,
      parse: readCount({ least: 0, most: Number.MAX_SAFE_INTEGER }),
    },
    ...ROW_FLAGS,
    { flag: '--json', description: 'The page as the API answers it.' },
    ...CONNECTION_FLAGS,
  ],
  examples: [
    'actrail activity --user john@acme.example --action env.delete --since 7d',
    'actrail activity --action "*.create" --from 2024-01-01 --to 2024-01-31',
    'actrail activity --filter "actor.type=agent and result!=success" --limit 100 --offset 200',
  ],
  run: runList,
}

async function runList({ flags, io }: Call<ListFlags>): Promise<void> {
  const { signal, stdout } = io
  const { limit, offset } = flags
  const range = rangeOf(flags)
  const question = { ...questionOf({ ...flags, ...range }), limit, offset }
  const page = await askServer(flags, io, (client) => client.list(question, { signal }))
  if (flags.json) return writeTo(stdout, `${visibleJson(page, 2)}\n`, signal)
  const paint = createPaint(io, flags.color)
  const heading = paint('bold', visible(headingOf(range)))
  if (page.items.length === 0) return writeTo(stdout, `${heading}\n\n${nothing(offset)}\n`, signal)
  const table = tableLines(eventColumns(flags), page.items, { width: io.isTTY ? io.columns : undefined, paint })
  await writeTo(stdout, `${[heading, '', ...table, '', closing(page, flags)].join('\n')}\n`, signal)
}

/** What was asked for; the last day where nothing was. */
function rangeOf({ since, from, to, filter }: ListFlags): RangeFlags {
  if (since !== undefined) return { since, ...(to !== undefined && { to }) }
  if (from !== undefined || to !== undefined)
    return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  return /\btimestamp\b/.test(filter ?? '') ? {} : { since: USUAL_SINCE }
}

function headingOf({ since, from = since, to }: RangeFlags): string {
  const ago = from === undefined ? undefined : durationInWords(from)
  if (to === undefined && ago !== undefined) return `Recent Activity (last ${ago})`
  const moment = (text: string): string => (durationInWords(text) === undefined ? text : `${durationInWords(text)} ago`)
  const ends = [from === undefined ? '' : ` from ${moment(from)}`, to === undefined ? '' : ` to ${moment(to)}`]
  return `Activity${ends.join('')}`
}

function nothing(offset: number): string {
  if (offset > 0) return `No more events behind the first ${offset}.`
  return 'No events. Use --since or --from to look further back.'
}

/** How much of all this is, and what shows more of it. */
function closing({ items, total, total_relation }: ActivityPage, { limit, offset }: ListFlags): string {
  const some = offset > 0 ? `${offset + 1}-${offset + items.length}` : `${items.length}`
  const floor = total_relation === 'at_least' ? 'at least ' : ''
  const all = total === null ? '' : ` of ${floor}${total}`
  const end = offset + items.length
  const isAll = total === null ? items.length < limit : floor === '' && end >= total
  if (isAll) return `Showing ${some}${all} events.`
  const more = limit < MOST && offset === 0 ? '--limit' : `--offset ${end}`
  return `Showing ${some}${all} events. Use ${more} to see more.`
}
