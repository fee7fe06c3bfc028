// Build step: says in each folder of dist which format its files are in, since Node asks the nearest package.json.
import { writeFileSync } from 'node:fs'

const FORMATS = { cjs: 'commonjs', esm: 'module' }

for (const [folder, type] of Object.entries(FORMATS)) {
  writeFileSync(new URL(`dist/${folder}/package.json`, import.meta.url), `${JSON.stringify({ type })}\n`)
}
