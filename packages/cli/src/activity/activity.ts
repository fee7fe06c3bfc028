import type { CommandDefinition } from '../command'
import { exportActivity } from './export'
import { list } from './list'
import { show } from './show'
import { stream } from './stream'

/** `actrail activity`: what is in the log. */
export const activity: CommandDefinition = {
  name: 'activity',
  summary: 'Read the activity log',
  description: '`actrail activity` alone is `actrail activity list` and takes its flags.',
  commands: [list, show, stream, exportActivity],
}
