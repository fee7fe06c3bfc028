import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Check } from './check'
import { ROOT, runScript } from './command'
import { compareGenerated } from './generated'

/** A reference file and the program that prints it on its standard output. */
interface Written {
  readonly name: string
  readonly asks: string
  readonly path: string
  readonly script: string
  /** The program starts what only `dist/` has, such as the embedded store's worker. */
  readonly needsBuild?: boolean
}

/** A check that a committed file is what its program prints; update mode writes it. */
function written({ name, asks, path, script, needsBuild = false }: Written): Check {
  return {
    name,
    asks,
    needsBuild,
    run: async (mode) => {
      if (!existsSync(join(ROOT, script))) return { problems: [`${script}, which prints ${path}, does not exist.`] }
      const finished = await runScript(script, [])
      if (finished.code !== 0) return { problems: [`${script} failed:\n${finished.stderr || finished.stdout}`] }
      return compareGenerated([{ path, content: finished.stdout }], mode, `npm run check -- ${name} --update`)
    },
  }
}

/** The database schema as the migrations make it. */
export const schema = written({
  name: 'schema',
  asks: 'docs/reference/schema.sql is what the migrations make',
  path: 'docs/reference/schema.sql',
  script: 'scripts/schema-dump.ts',
  needsBuild: true,
})

/** The HTTP API as its route table describes it. */
export const openapi = written({
  name: 'openapi',
  asks: 'docs/reference/openapi.json is what the route table says',
  path: 'docs/reference/openapi.json',
  script: 'scripts/openapi.ts',
})

/** The page that explains the endpoints to people. */
export const http = written({
  name: 'http',
  asks: 'docs/reference/http.md is what the route table says',
  path: 'docs/reference/http.md',
  script: 'scripts/http-reference.ts',
})

/** The page that explains the command line to people. */
export const cli = written({
  name: 'cli',
  asks: 'docs/reference/cli.md is what the program says of itself',
  path: 'docs/reference/cli.md',
  script: 'scripts/cli-reference.ts',
})
