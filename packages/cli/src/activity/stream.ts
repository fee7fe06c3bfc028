import type { ActivityEvent, StreamState } from '@actrail/client'

import type { Call, CommandDefinition, Io } from '../command'
import { askServer } from '../settings/ask-server'
import { CONNECTION_FLAGS, type ConnectionFlags } from '../settings/settings'
import { createPaint } from '../terminal/paint'
import { createRowLines } from '../terminal/table'
import { visibleJson } from '../terminal/visible'
import { writeTo } from '../terminal/write-to'
import { eventColumns } from './event-columns'
import { FILTER_FLAGS, type FilterFlags, questionOf } from './filter-flags'
import { ROW_FLAGS, type RowFlags } from './row-flags'
import { readEventId } from './values'

interface StreamFlags extends ConnectionFlags, FilterFlags, RowFlags {
  readonly after?: string
}

/** `actrail activity stream`: a line for each event as it comes. */
export const stream: CommandDefinition<StreamFlags> = {
  name: 'stream',
  summary: 'Show events as they come, one line each, until Ctrl-C',
  description:
    'A connection that breaks is made again, and no event is missed or shown twice. --after takes up a stream that ended.',
  flags: [
    ...FILTER_FLAGS,
    { flag: '--after <id>', description: 'Begin behind this event, instead of with the next one.', parse: readEventId },
    ...ROW_FLAGS,
    { flag: '--json', description: 'One JSON object a line.' },
    ...CONNECTION_FLAGS,
  ],
  examples: [
    'actrail activity stream --action "env.*" --project frontend',
    'actrail activity stream --filter "action=env.create" --json',
  ],
  async run({ flags, io }) {
    const { signal, stdout } = io
    const line = lineMaker({ flags, io, args: [] })
    const question = questionOf(flags)
    const { after } = flags
    await askServer(flags, io, async (client) => {
      const events = client.stream(question, { signal, after, onState: reporter(io) })
      for await (const event of events) await writeTo(stdout, `${line(event)}\n`, signal)
    })
    // The stream ends by its signal only, and without an error: how the command ends is the signal's reason.
    signal.throwIfAborted()
  },
}

function lineMaker({ flags, io }: Call<StreamFlags>): (event: ActivityEvent) => string {
  if (flags.json) return (event) => visibleJson(event)
  const style = { width: io.isTTY ? io.columns : undefined, paint: createPaint(io, flags.color) }
  return createRowLines(eventColumns(flags), style)
}

/** Tells a person at a terminal that the stream has been lost, and that it is there again. */
function reporter({ isErrorTTY, stderr }: Io): (state: StreamState) => void {
  let isLost = false
  return (state) => {
    const wasLost = isLost
    isLost = state.kind === 'waiting'
    if (!isErrorTTY || wasLost === isLost) return
    stderr.write(isLost ? 'The connection is lost. Connecting again…\n' : 'Connected again; nothing was missed.\n')
  }
}
