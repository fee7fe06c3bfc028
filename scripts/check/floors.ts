import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Check } from './check'
import { ROOT, runTool, verdictOf } from './command'

const FOLDERS = ['packages', 'examples', 'test', 'bench', 'scripts']

/** dependency-cruiser: the floors of core, the walls between packages, no cycles, no orphans. */
export const floors: Check = {
  name: 'floors',
  asks: 'imports only look down, as .dependency-cruiser.cjs says and ARCHITECTURE.md draws',
  needsBuild: true,
  run: async () => {
    const folders = FOLDERS.filter((folder) => existsSync(join(ROOT, folder)))
    const finished = await runTool('depcruise', [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err-long',
      ...folders,
    ])
    return verdictOf(finished, /(\d+ modules, \d+ dependencies)/.exec(finished.stdout)?.[1])
  },
}
