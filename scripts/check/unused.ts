import type { Check } from './check'
import { runTool, verdictOf } from './command'

/** knip: files, exports and dependencies that nothing uses, and those that are used and not declared. */
export const unused: Check = {
  name: 'unused',
  asks: 'no file, export or dependency lies around unused, and none is used undeclared',
  run: async () => verdictOf(await runTool('knip', ['--no-progress', '--treat-config-hints-as-errors'])),
}
