import type { Call } from '../../command'
import { Failure } from '../../failure'
import { visible, visibleJson } from '../../terminal/visible'
import { writeTo } from '../../terminal/write-to'
import { createStatusLine, inWords } from '../status-line'
import type { ImportFlags } from './flags'
import { mappedRows } from './mapped-rows'
import { openMapped } from './open-source'

const SHOWN = { events: 3, reasons: 10 }

/** `--dry-run`: reads everything and writes nothing. */
export async function tryImport({ flags, io }: Call<ImportFlags>): Promise<void> {
  const { source, mapRow } = await openMapped({ flags, io })
  const line = createStatusLine(io)
  const counts = { rows: 0, events: 0, rejected: 0 }
  try {
    for await (const { origin, made } of mappedRows(source, mapRow)) {
      io.signal.throwIfAborted()
      counts.rows++
      if ('reason' in made) {
        if (counts.rejected++ < SHOWN.reasons)
          io.stderr.write(`${visible(`${source.unit} ${origin.at}: ${made.reason}`)}\n`)
      } else if (counts.events++ < SHOWN.events && flags.json !== true)
        await writeTo(io.stdout, `${visibleJson({ id: `evt_${made.id}`, ...made.event }, 2)}\n`, io.signal)
      line.show(`${inWords(counts.rows)} rows`)
    }
  } finally {
    line.end()
    await source.close()
  }
  const { rows, events, rejected } = counts
  const text = `${inWords(rows)} rows: ${inWords(events)} can be imported, ${inWords(rejected)} cannot. Nothing was written.`
  await writeTo(io.stdout, `${flags.json === true ? JSON.stringify(counts) : text}\n`, io.signal)
  if (rejected > 0) throw new Failure('failed', `${inWords(rejected)} rows cannot be imported.`)
}
