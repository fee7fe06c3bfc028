import type { OpenedLog } from '@actrail/core/maintenance'
import type { Call, CommandDefinition, FlagDefinition } from '../command'
import { Failure, usageFailure } from '../failure'
import { visible, visibleJson } from '../terminal/visible'
import { writeTo } from '../terminal/write-to'
import { onLog } from './log-failure'
import { PLACE_FLAGS, type PlaceFlags, placeOf } from './place'

interface ListFlags extends PlaceFlags {
  readonly limit: number
  readonly after?: string
  readonly json?: boolean
}

interface RetryFlags extends PlaceFlags {
  readonly all?: boolean
}

const PAGE = 1_000

const LIST_FLAGS: readonly FlagDefinition[] = [
  ...PLACE_FLAGS,
  { flag: '--limit <count>', description: 'At most so many, 1–1000.', default: 100, parse: readLimit },
  { flag: '--after <number>', description: 'Those behind this number.', parse: readNumber },
  { flag: '--json', description: 'One line of JSON for each event.' },
]

const list: CommandDefinition<ListFlags> = {
  name: 'list',
  summary: 'Show the events that the log refused, oldest first',
  flags: LIST_FLAGS,
  run: async (call) => {
    const { io, flags } = call
    const { limit, after } = flags
    const events = await withLog(call, ({ quarantine: kept }) =>
      kept.list({ limit, ...(after !== undefined && { after }) }),
    )
    for (const event of events) {
      const { id, quarantinedAt, reason } = event
      const line =
        flags.json === true
          ? visibleJson(event)
          : visible(`${id}  ${quarantinedAt.toISOString()}  ${reason}  ${event.event.slice(0, 200)}`)
      await writeTo(io.stdout, `${line}\n`, io.signal)
    }
    if (events.length === 0) io.stderr.write('The log has refused no event.\n')
  },
}

const retry: CommandDefinition<RetryFlags> = {
  name: 'retry',
  summary: 'Give refused events back to the log',
  description:
    'Each arrives once, however often it is tried; what the log refuses again comes back under another number. The sequencer of an application takes them within seconds.',
  args: [{ argument: '[numbers...]', description: 'Their numbers, as `actrail quarantine list` shows them.' }],
  flags: [...PLACE_FLAGS, { flag: '--all', description: 'All of them.' }],
  run: async (call) => {
    const { io, flags, args } = call
    const numbers = args.map(readNumber)
    if ((numbers.length === 0) === (flags.all !== true))
      throw usageFailure('Give the numbers of the events (see: actrail quarantine list), or --all.')
    const outcomes = await withLog(call, async ({ quarantine: kept }) =>
      kept.retry(flags.all === true ? await everyNumber(kept) : numbers),
    )
    for (const outcome of outcomes) {
      const reason = outcome.outcome === 'refused' ? `: ${outcome.reason}` : ''
      await writeTo(io.stdout, `${visible(`${outcome.id} ${outcome.outcome}${reason}`)}\n`, io.signal)
    }
    const refused = outcomes.filter(({ outcome }) => outcome === 'refused').length
    if (refused > 0) throw new Failure('failed', `${refused} of ${outcomes.length} events were refused again.`)
  },
}

/** `actrail quarantine` */
export const quarantine: CommandDefinition = {
  name: 'quarantine',
  summary: 'Events that the database refused, and their way back',
  commands: [list, retry],
}

/** What is there now: what is tried in vain comes back under a higher number, and is not tried again. */
async function everyNumber(kept: OpenedLog['quarantine']): Promise<readonly string[]> {
  const numbers: string[] = []
  for (;;) {
    const after = numbers.at(-1)
    const page = await kept.list({ limit: PAGE, ...(after !== undefined && { after }) })
    numbers.push(...page.map(({ id }) => id))
    if (page.length < PAGE) return numbers
  }
}

function withLog<T>({ io, flags }: Call<PlaceFlags>, work: (log: OpenedLog) => Promise<T>): Promise<T> {
  const place = placeOf(flags, io)
  return onLog(async () => {
    const { openLog } = await import('@actrail/core/maintenance')
    const log = await openLog(place)
    try {
      return await work(log)
    } finally {
      await log.close()
    }
  })
}

function readLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= PAGE) return limit
  throw usageFailure(`--limit: "${text}" is not between 1 and ${PAGE}.`)
}

function readNumber(text: string): string {
  if (/^\d{1,18}$/.test(text)) return text
  throw usageFailure(`"${text}" is not the number of an event in the quarantine.`)
}
