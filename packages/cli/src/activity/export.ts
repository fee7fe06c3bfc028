import { extname } from 'node:path'

import type { ExportFormat } from '@actrail/client'

import type { Call, CommandDefinition } from '../command'
import { askServer } from '../settings/ask-server'
import { CONNECTION_FLAGS, type ConnectionFlags } from '../settings/settings'
import { visibleLines } from '../terminal/visible'
import { writeTo } from '../terminal/write-to'
import { createEventCount } from './event-count'
import { FILTER_FLAGS, type FilterFlags, questionOf, RANGE_FLAGS, type RangeFlags } from './filter-flags'
import { bytesInWords, createProgress } from './progress'
import { readCount, readText } from './values'
import { checkTarget, writeWhole } from './whole-file'

const FORMATS = ['csv', 'json', 'ndjson'] as const
const STANDARD_OUTPUT = '-'
const BY_ENDING: Readonly<Record<string, ExportFormat>> = { '.json': 'json', '.ndjson': 'ndjson', '.jsonl': 'ndjson' }

interface ExportFlags extends ConnectionFlags, FilterFlags, RangeFlags {
  readonly format?: ExportFormat
  readonly output: string
  readonly force?: boolean
  readonly batchSize?: number
}

/** `actrail activity export`: all events that a filter finds, into a file. */
export const exportActivity: CommandDefinition<ExportFlags> = {
  name: 'export',
  summary: 'Write all events that a filter finds into a file',
  description:
    'Without a time it takes all that there are. The file gets its name when it is whole, and only its owner may read it; an export that fails leaves none. A connection that breaks is made again, and the file goes on where it was.',
  flags: [
    ...RANGE_FLAGS,
    ...FILTER_FLAGS,
    {
      flag: '--format <format>',
      description: 'A table, one JSON array, or one JSON object a line. Default: by the name of the file, else csv.',
      choices: FORMATS,
    },
    {
      flag: '-o, --output <file>',
      description: 'The file; - is the standard output.',
      default: STANDARD_OUTPUT,
      parse: readText,
    },
    { flag: '--force', description: 'Replace the file if there is one.' },
    {
      flag: '--batch-size <count>',
      description:
        'Taken and not needed: an export of any size is one stream that takes no more memory than a small one.',
      parse: readCount({ least: 1, most: Number.MAX_SAFE_INTEGER }),
    },
    ...CONNECTION_FLAGS,
  ],
  examples: [
    'actrail activity export --from 2024-01-01 --to 2024-01-31 --format csv --output january-activity.csv',
    'actrail activity export --since 7d --action "auth.*" --format ndjson | gzip > logins.ndjson.gz',
  ],
  run: runExport,
}

async function runExport({ flags, io }: Call<ExportFlags>): Promise<void> {
  const { output, force = false } = flags
  const { signal, stdout, stderr } = io
  const format = flags.format ?? BY_ENDING[extname(output).toLowerCase()] ?? 'csv'
  const target = output === STANDARD_OUTPUT ? undefined : await checkTarget(output, { cwd: io.cwd, force })
  const counted = createEventCount(format)
  const progress = createProgress(io, counted)
  await askServer(flags, io, async (client) => {
    const pieces = progress.watched(client.export(questionOf(flags), { format, signal }))
    if (target !== undefined) return writeWhole(target, pieces, { force, signal })
    const show = io.isTTY ? createScreenText() : (piece: Uint8Array) => piece
    for await (const piece of pieces) await writeTo(stdout, show(piece), signal)
  }).finally(() => progress.end())
  if (target === undefined) return
  const { events, bytes } = counted.count()
  stderr.write(`${visibleLines(output)}: ${events} events, ${bytesInWords(bytes)}.\n`)
}

/** What a terminal may be shown of a file: all but what it would obey. Elsewhere the bytes are as they are. */
function createScreenText(): (piece: Uint8Array) => string {
  const decoder = new TextDecoder()
  return (piece) => visibleLines(decoder.decode(piece, { stream: true }).replaceAll('\r\n', '\n'))
}
