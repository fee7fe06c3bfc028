import type { Check } from './check'
import { runTool, verdictOf } from './command'

/** `tsc -b` of every package and example: what the other checks look at. */
export const build: Check = {
  name: 'build',
  asks: 'every package and example compiles',
  run: async () => verdictOf(await runTool('tsc', ['-b'])),
}

/** Tests, benches, rigs and scripts in one program; needs the packages' declarations. */
export const types: Check = {
  name: 'types',
  asks: 'tests, benches, rigs and scripts agree with the packages they use',
  needsBuild: true,
  run: async () =>
    verdictOf(
      await runTool('tsc', [
        '-p',
        'tsconfig.test.json',
        '--incremental',
        '--tsBuildInfoFile',
        '.cache/types.tsbuildinfo',
      ]),
    ),
}
