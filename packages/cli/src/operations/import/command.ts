import type { Call, CommandDefinition } from '../../command'
import { usageFailure } from '../../failure'
import { onLog } from '../log-failure'
import { IMPORT_FLAGS, type ImportFlags } from './flags'
import { runImport } from './run-import'
import { tryImport } from './try-import'

/** `actrail import` */
export const importRows: CommandDefinition<ImportFlags> = {
  name: 'import',
  summary: 'Put the rows of another audit table into the log',
  description:
    'Each row becomes one event, once, however often it is imported: a run that was broken off is simply run again. Events keep the time at which they happened. Rows that cannot be events are put aside with the reason, and the command then ends with exit code 1.',
  flags: IMPORT_FLAGS,
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
