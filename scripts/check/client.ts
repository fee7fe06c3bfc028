import type { Check } from './check'
import { runScript } from './command'
import { compareGenerated, type GeneratedFile } from './generated'

const SCRIPT = 'scripts/client-types.ts'

/** The client's types, which come from the schemas that the API reads and answers by. */
export const client: Check = {
  name: 'client',
  asks: 'packages/client/src/wire says what the API takes and answers',
  run: async (mode) => {
    const { code, stdout, stderr } = await runScript(SCRIPT, [])
    if (code !== 0) return { problems: [`${SCRIPT} failed:\n${stderr || stdout}`] }
    return compareGenerated(JSON.parse(stdout) as GeneratedFile[], mode, 'npm run check -- client --update')
  },
}
