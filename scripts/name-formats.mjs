// Build step: says in each folder of a package's dist which format its files are in, since Node asks the nearest
// package.json. `node scripts/name-formats.mjs client nestjs`
import { writeFileSync } from 'node:fs'

const FORMATS = { cjs: 'commonjs', esm: 'module' }

for (const name of process.argv.slice(2))
  for (const [folder, type] of Object.entries(FORMATS)) {
    const manifest = new URL(`../packages/${name}/dist/${folder}/package.json`, import.meta.url)
    writeFileSync(manifest, `${JSON.stringify({ type })}\n`)
  }
