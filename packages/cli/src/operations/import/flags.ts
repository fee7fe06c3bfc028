import type { FlagDefinition } from '../../command'
import { usageFailure } from '../../failure'
import { PLACE_FLAGS, type PlaceFlags } from '../place'

/** The flags of `actrail import`. */
export interface ImportFlags extends PlaceFlags {
  readonly fromCsv?: string
  readonly fromTable?: string
  readonly fromDatabase?: string
  readonly mapping: string
  readonly batch: number
  readonly delimiter: string
  readonly encoding: 'utf8' | 'latin1' | 'utf16le'
  readonly rejected?: string
  readonly strict?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** See {@link ImportFlags}. */
export const IMPORT_FLAGS: readonly FlagDefinition[] = [
  {
    flag: '--from-csv <file>',
    description: 'A file whose first line names the columns; - is standard input.',
    conflicts: ['fromTable'],
  },
  { flag: '--from-table <name>', description: 'A table or view of a Postgres database, as in SQL: app.audit_log.' },
  { flag: '--from-database <url>', description: 'Where that table is. Default: the database of the log.' },
  { flag: '--mapping <file>', description: 'What of a row becomes what of an event; see the guide.', isRequired: true },
  ...PLACE_FLAGS,
  { flag: '--dry-run', description: 'Write nothing: count what can be imported, and show the first events.' },
  { flag: '--strict', description: 'Stop at the first row that cannot be an event.' },
  {
    flag: '--rejected <file>',
    description: 'Where such rows go otherwise, with the reason. Default: the name of the table and .rejected.csv.',
  },
  { flag: '--batch <count>', description: 'Events of one write to the inbox, 1–500.', default: 500, parse: readBatch },
  {
    flag: '--delimiter <character>',
    description: 'What stands between two cells of the file; tab for a tab.',
    default: ',',
    parse: readDelimiter,
  },
  {
    flag: '--encoding <name>',
    description: 'How the file is written.',
    choices: ['utf8', 'latin1', 'utf16le'],
    default: 'utf8',
  },
  { flag: '--json', description: 'Print the summary as JSON.' },
]

function readBatch(text: string): number {
  const batch = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (batch >= 1 && batch <= 500) return batch
  throw usageFailure(`--batch: "${text}" is not between 1 and 500.`)
}

function readDelimiter(text: string): string {
  if (text === 'tab' || text === '\\t') return '\t'
  if ([...text].length === 1 && !/["\r\n]/.test(text)) return text
  throw usageFailure(`--delimiter: "${text}" is not one character, such as ; or tab.`)
}
