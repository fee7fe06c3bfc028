import type { Check } from './check'
import { runTool, verdictOf } from './command'

const KNIP = ['--no-progress', '--treat-config-hints-as-errors']

/**
 * knip, twice: files, exports and dependencies that nothing uses and those that are used and not declared; then, without
 * tests, benches and scripts, product files and dependencies that only those keep alive.
 */
export const unused: Check = {
  name: 'unused',
  asks: 'no file, export or dependency lies around unused, or is used by its tests alone, or is used undeclared',
  run: async () => {
    const all = verdictOf(await runTool('knip', KNIP))
    if (all.problems.length > 0) return all
    return verdictOf(await runTool('knip', [...KNIP, '--production', '--include=files,dependencies']))
  },
}
