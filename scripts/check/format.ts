import type { Check } from './check'
import { runTool, verdictOf } from './command'

/** Prettier agrees with every file; update mode rewrites those it does not agree with. */
export const format: Check = {
  name: 'format',
  asks: 'every file is laid out as prettier lays it out',
  run: async ({ update }) =>
    verdictOf(await runTool('prettier', [update ? '--write' : '--check', '--log-level=warn', '.'])),
}
