import type { Call, CommandDefinition, FlagDefinition } from '../../command'
import { usageFailure } from '../../failure'
import { onLog } from '../log-failure'
import { PLACE_FLAGS, type PlaceFlags } from '../place'
import { runImport } from './run-import'
import { tryImport } from './try-import'

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

const FLAGS: readonly FlagDefinition[] = [
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

/** `actrail import` */
export const importRows: CommandDefinition<ImportFlags> = {
  name: 'import',
  summary: 'Put the rows of another audit table into the log',
  description:
    'Each row becomes one event, once, however often it is imported: a run that was broken off is simply run again. Events keep the time at which they happened. Rows that cannot be events are put aside with the reason, and the command then ends with exit code 1.',
  flags: FLAGS,
  examples: [
    'actrail import --from-csv audit.csv --mapping audit.json --dry-run',
    'actrail import --from-table app.audit_log --mapping audit.json --database postgres://owner@localhost/app',
  ],
  run: async (call) => {
    requireSource(call)
    await onLog(() => (call.flags.dryRun === true ? tryImport(call) : runImport(call)))
  },
}

function requireSource({ flags }: Call<ImportFlags>): void {
  const { fromCsv, fromTable, fromDatabase } = flags
  if (fromCsv === undefined && fromTable === undefined)
    throw usageFailure('Say what to import: --from-csv <file> or --from-table <name>.')
  if (fromCsv !== undefined && fromDatabase !== undefined)
    throw usageFailure('--from-database goes with --from-table, and not with --from-csv.')
}

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
