import type { StoredEvent } from '../model/event'
import { readAhead } from './ahead'
import { CSV_HEADER } from '../model/csv'

/** `json` is one array, `ndjson` one object a line. */
export const EXPORT_FORMATS = ['csv', 'json', 'ndjson'] as const
/** One of {@link EXPORT_FORMATS}. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** How an export ended. */
export interface ExportEnd {
  /** Events that were written. */
  readonly events: number
  /** False when the reader left, or the log failed, before the end. */
  readonly isComplete: boolean
}

/** Where the events of an export come from, newest first, and who is told of its end. */
export interface ExportSource {
  /** Continue below this place; absent: from the newest on. */
  readonly cursor?: string
  /** The next stretch as lines of CSV. */
  csv(place: Stretch): Promise<Written>
  /** The next stretch as events. */
  scroll(place: Stretch): Promise<{ readonly items: readonly StoredEvent[]; readonly nextCursor?: string }>
  /** An event as the JSON formats show it. */
  show(event: StoredEvent): unknown
  /** Told once; what it throws ends the export. */
  ended(end: ExportEnd): void
}

/** What a stretch asks for. */
export interface Stretch {
  readonly limit: number
  readonly cursor?: string
}

interface Written {
  /** In pieces, between which nothing is missing. */
  readonly texts: readonly string[]
  readonly events: number
  readonly nextCursor?: string
}

/** Events of one stretch: a megabyte or two, of which three are in memory. */
const ROWS: Readonly<Record<ExportFormat, number>> = { csv: 2_000, json: 1_000, ndjson: 1_000 }

/** What stands before the first event, between two, and after the last. */
const FRAMES: Readonly<
  Record<ExportFormat, { readonly open: string; readonly between: string; readonly close: string }>
> = {
  csv: { open: CSV_HEADER, between: '', close: '' },
  json: { open: '[\n', between: ',\n', close: '\n]\n' },
  ndjson: { open: '', between: '\n', close: '\n' },
}

/**
 * Reads the first stretch, and resolves to the text of the export, stretch by stretch as its reader takes it. One or two
 * are read ahead, no more: memory does not grow with the log, and a reader that stops stops the reading. Rejects when the first stretch cannot be read.
 */
export async function startExport(format: ExportFormat, source: ExportSource): Promise<AsyncIterable<string>> {
  const ask = (cursor: string | undefined): Promise<Written> => written(format, source, cursor)
  const first = await ask(source.cursor)
  return exportText(format, readAhead(first, ask, ROWS[format]), source)
}

async function* exportText(
  format: ExportFormat,
  pages: AsyncIterable<Written>,
  source: ExportSource,
): AsyncGenerator<string, void, undefined> {
  const { open, between, close } = FRAMES[format]
  let events = 0
  let isComplete = false
  try {
    if (open !== '') yield open
    for await (const page of pages) {
      if (page.events === 0) continue
      if (events > 0 && between !== '') yield between
      yield* page.texts
      events += page.events
    }
    if (close !== '' && (events > 0 || format === 'json')) yield close
    isComplete = true
  } finally {
    source.ended({ events, isComplete })
  }
}

async function written(format: ExportFormat, source: ExportSource, cursor: string | undefined): Promise<Written> {
  const place: Stretch = { limit: ROWS[format], ...(cursor !== undefined && { cursor }) }
  if (format === 'csv') return source.csv(place)
  const { items, ...rest } = await source.scroll(place)
  const text = items.map((event) => JSON.stringify(source.show(event))).join(FRAMES[format].between)
  return { texts: [text], events: items.length, ...rest }
}
