import { login } from './account/login'
import { logout } from './account/logout'
import { profile } from './account/profile'
import { activity } from './activity/activity'
import type { CommandDefinition } from './command'
import { createCompletion } from './completion/completion'
import { operations } from './operations/commands'

/** Every command of the program, in the order of its help. */
export const COMMANDS: readonly CommandDefinition[] = [
  activity,
  login,
  logout,
  profile,
  ...operations,
  createCompletion(() => COMMANDS),
]
