import { writeSync } from 'node:fs'
import { createJournal } from '../../packages/core/src/journal/journal'
import { createSender } from '../../packages/core/src/ingest/sender'
import { idOf, text } from './scratch'

/**
 * Serves requests until it is killed, and tells its parent by synchronous writes which have begun (`b`) and which have
 * ended (`e`), after their frames are in the file. Arguments: folder, first number, `send` to also send half way.
 */
const [, , directory = '', first = '0', send] = process.argv
const logger = { warn: () => undefined }
const reports = { lostIntent: () => undefined, inProgress: () => undefined, gap: () => undefined }
const journal = createJournal({ directory, mode: 'durable', logger, reports, segmentBytes: 20_000, adoptMs: 3_600_000 })
if (send) {
  const append = async (payload: Buffer): Promise<void> => {
    const ids = (JSON.parse(payload.toString()) as { id: string }[]).map(({ id }) => id)
    writeSync(1, `${ids.map((id) => `s${Number(id.slice(-12))}`).join('\n')}\n`)
  }
  const store = {
    append,
    appendAll: async (batches: readonly { payload: Buffer }[]) => {
      for (const { payload } of batches) await append(payload)
    },
    quarantine: async () => undefined,
    isDataError: () => false,
  }
  createSender({ reader: journal.reader, store, logger }, { batchMs: 5, batchEvents: 20 })
}

let next = Number(first)
let told = ''
function serve(): void {
  writeSync(1, told)
  told = ''
  for (let count = 0; count < 5; count++) {
    const n = next++
    const ticket = journal.intent(idOf(n), '{}')
    writeSync(1, `b${n}\n`)
    journal.outcome(text({ id: idOf(n) }), ticket)
    told += `e${n}\n`
  }
  // The check phase of this turn comes first, then the timer.
  setTimeout(serve, 1)
}
serve()
