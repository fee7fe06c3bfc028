import type { Check } from './check'
import { runTool, verdictOf } from './command'

/** ESLint with types; update mode repairs what can be repaired. */
export const lint: Check = {
  name: 'lint',
  asks: 'the sizes, the docstrings and the forbidden constructs of eslint.config.mjs hold',
  needsBuild: true,
  run: async ({ update }) =>
    verdictOf(await runTool('eslint', ['--max-warnings=0', ...(update ? ['--fix'] : []), '.'])),
}
