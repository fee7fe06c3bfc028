import { activity } from './activity/activity'
import type { CommandDefinition } from './command'
import { operations } from './operations/commands'

/** Every command of the program, in the order of its help. */
export const COMMANDS: readonly CommandDefinition[] = [activity, ...operations]
