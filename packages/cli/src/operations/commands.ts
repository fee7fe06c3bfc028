import type { CommandDefinition } from '../command'
import { doctor } from './doctor'
import { importRows } from './import/command'
import { migrate } from './migrate'
import { quarantine } from './quarantine'
import { rebuildRollups } from './rebuild-rollups'

/** Commands that work on a database rather than on a server. */
export const operations: readonly CommandDefinition[] = [migrate, doctor, importRows, rebuildRollups, quarantine]
