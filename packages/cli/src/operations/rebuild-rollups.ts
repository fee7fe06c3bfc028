import type { CommandDefinition } from '../command'
import { writeTo } from '../terminal/write-to'
import { onLog } from './log-failure'
import { PLACE_FLAGS, type PlaceFlags, placeOf } from './place'
import { createStatusLine, inWords } from './status-line'

/** `actrail rebuild-rollups` */
export const rebuildRollups: CommandDefinition<PlaceFlags> = {
  name: 'rebuild-rollups',
  summary: 'Count the rollups anew from the log',
  description:
    'Rollups answer counts and analytics, and tell lists where to look. They are made anew beside the old ones, which are read and go on until the new ones replace them, all at once; broken off, it leaves them as they were. Needs the owner of the log.',
  flags: PLACE_FLAGS,
  examples: ['actrail rebuild-rollups --database postgres://owner@localhost/app'],
  run: async ({ io, flags }) => {
    const place = placeOf(flags, io)
    const { openLog } = await import('@actrail/core/maintenance')
    const line = createStatusLine(io)
    const begunMs = performance.now()
    const { events } = await onLog(async () => {
      const log = await openLog(place)
      try {
        const onProgress = (at: { events: number; of: number }): void =>
          line.show(`${inWords(at.events)} of ${inWords(at.of)} events`)
        return await log.rebuildRollups({ signal: io.signal, onProgress })
      } finally {
        line.end()
        await log.close()
      }
    })
    const seconds = ((performance.now() - begunMs) / 1_000).toFixed(1)
    await writeTo(io.stdout, `The rollups are rebuilt: ${inWords(events)} events in ${seconds} s.\n`, io.signal)
  },
}
