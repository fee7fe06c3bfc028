import type { Check } from './check'
import { ROOT, runProgram, runTool, verdictOf } from './command'

/** `tsc -b` of every package and example, with what each folder's format is: what the other checks look at. */
export const build: Check = {
  name: 'build',
  asks: 'every package and example compiles',
  run: async () => {
    const built = verdictOf(await runTool('tsc', ['-b']))
    if (built.problems.length > 0) return built
    return verdictOf(
      await runProgram(process.execPath, ['scripts/name-formats.mjs', 'client', 'nestjs'], { cwd: ROOT }),
    )
  },
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
