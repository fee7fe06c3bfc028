import { answerInvalid } from './answer-invalid.js'
import { ActrailClientError } from './client-error.js'
import type { Ask, Connection } from './connection.js'
import { pause } from './leash.js'
import { createRecordReader, joined, type ExportFormat, type RecordReader } from './records.js'
import { askedLater } from './relative-times.js'
import { backOff, isTransient } from './retry.js'
import type { Operations } from './wire/operations.js'

/** What an export takes. */
export type ExportQuery = Omit<Operations['exportActivity']['query'], 'format'>

const encoder = new TextEncoder()
const bytesOf = (text: string): Uint8Array => encoder.encode(text)

/** What stands between two records, and after the last. */
const FRAMES: Readonly<Record<ExportFormat, { readonly between: Uint8Array; readonly close: Uint8Array }>> = {
  csv: { between: bytesOf('\n'), close: bytesOf('\n') },
  json: { between: bytesOf(',\n'), close: bytesOf('\n]\n') },
  ndjson: { between: bytesOf('\n'), close: bytesOf('\n') },
}

/** Where a file is. */
interface Progress {
  isBegun: boolean
  last: Uint8Array | undefined
  failures: number
}

/**
 * A file of all events that the query finds, byte for byte as one answer would give it, over as many answers as it takes:
 * after one that broke off the next begins below the last event that came whole. Throws where it cannot go on.
 */
export async function* exportFile(
  connection: Connection,
  query: ExportQuery,
  { format, signal }: { readonly format: ExportFormat; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array, void, undefined> {
  const begunMs = Date.now()
  const progress: Progress = { isBegun: false, last: undefined, failures: 0 }
  for (;;) {
    const later = askedLater(query, Date.now() - begunMs)
    const ask = { path: '/activity/export', query: { ...later, ...cursorOf(progress.last), format }, signal }
    const reader = createRecordReader(format)
    try {
      yield* written({ chunks: connection.chunks(ask), reader, format, progress })
      let ending = reader.ending()
      if (ending === 'perhaps') ending = await lookBelow(connection, ask, progress.last)
      if (ending === 'whole') break
      if (ending === 'broken') await recover(connection, { progress, ask, cause: undefined })
    } catch (cause) {
      await recover(connection, { progress, ask, cause })
    }
  }
  if (progress.isBegun || progress.last !== undefined) yield FRAMES[format].close
}

async function* written(part: {
  readonly chunks: AsyncIterable<Uint8Array>
  readonly reader: RecordReader
  readonly format: ExportFormat
  readonly progress: Progress
}): AsyncGenerator<Uint8Array, void, undefined> {
  const { chunks, reader, format, progress } = part
  for await (const chunk of chunks) {
    const pieces: Uint8Array[] = []
    const records = reader.take(chunk)
    const head = reader.head()
    if (head !== undefined && !progress.isBegun) {
      progress.isBegun = true
      pieces.push(head, bytesOf(format === 'json' ? '\n' : ''))
    }
    for (const record of records) {
      if (progress.last !== undefined || format === 'csv') pieces.push(FRAMES[format].between)
      pieces.push(record)
      progress.last = record
      progress.failures = 0
    }
    if (pieces.length > 0) yield joined(pieces)
  }
}

/**
 * Whether there is anything below the last event. A proxy may pass a broken answer on as a whole one, and of these
 * formats only JSON shows that it has ended.
 */
async function lookBelow(
  connection: Connection,
  ask: Ask,
  last: Uint8Array | undefined,
): Promise<'whole' | 'perhaps' | 'broken'> {
  const reader = createRecordReader('json')
  for await (const chunk of connection.chunks({ ...ask, query: { ...ask.query, ...cursorOf(last), format: 'json' } })) {
    if (reader.take(chunk).length > 0) return 'perhaps'
  }
  return reader.ending()
}

/** Waits before the file goes on, or throws that it cannot. */
async function recover(
  { retries }: Connection,
  { progress, ask, cause }: { readonly progress: Progress; readonly ask: Ask; readonly cause: unknown },
): Promise<void> {
  const canGoOn = cause === undefined || isTransient(cause)
  if (canGoOn && progress.failures < retries) {
    await pause(backOff(progress.failures++, cause), ask.signal)
    return
  }
  const hasNothing = progress.last === undefined && !progress.isBegun
  if (cause instanceof Error && (hasNothing || ask.signal?.aborted)) throw cause
  const last = progress.last === undefined ? 'before its first event' : `after the event ${idOf(progress.last)}`
  const message = `The export broke off ${last} and the file is not whole. Throw it away, or go on from there with \`cursor\`.`
  throw new ActrailClientError('ERR_CLIENT_EXPORT_INCOMPLETE', message, { cause })
}

function cursorOf(last: Uint8Array | undefined): { readonly cursor?: string } {
  return last === undefined ? {} : { cursor: idOf(last) }
}

/** In each format the id is the first thing that a record says. */
function idOf(record: Uint8Array): string {
  const [id] = /evt_[0-9a-f-]{36}/.exec(new TextDecoder().decode(record.subarray(0, 64))) ?? []
  if (id !== undefined) return id
  throw answerInvalid('The file is no export: its records do not begin with an id.')
}
