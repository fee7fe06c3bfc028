import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Tarballs, unpackInto } from '../../packed/tarballs'
import { progress } from '../runner/command'
import { compileInto, type ModuleFormat } from './compile'

const run = promisify(execFile)
const CONFORMANCE = join(__dirname, '../../conformance')
const CACHE = join(CONFORMANCE, '.cache')

/** What a stand is made of. */
export interface StandParts {
  /** A folder below `test/conformance/fixtures`. */
  readonly fixture: string
  readonly tarballs: Tarballs
  readonly format: ModuleFormat
  /** Files of `test/conformance`, without their ending, that are compiled into it with all that they import. */
  readonly sources: readonly string[]
  /** An empty folder outside of this checkout, so that nothing resolves to what the root has installed. */
  readonly folder: string
}

/** Makes a folder as a host has it: a framework by its lockfile, our tarballs, and compiled files that use both. */
export async function buildStand({ fixture, tarballs, format, sources, folder }: StandParts): Promise<void> {
  await run('cp', ['-a', await installed(fixture), join(folder, 'node_modules')])
  await unpackInto(folder, tarballs)
  const type = format === 'module' ? 'module' : 'commonjs'
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'stand', private: true, type }))
  for (const source of sources) compileInto(folder, join(CONFORMANCE, `${source}.ts`), format)
}

/** The version of a package in the stand. */
export function versionIn(folder: string, name: string): string {
  const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

/** The fixture's `node_modules`, installed once for each content of its lockfile. */
async function installed(fixture: string): Promise<string> {
  const source = join(CONFORMANCE, 'fixtures', fixture)
  const lock = createHash('sha256').update(readFileSync(join(source, 'package-lock.json')))
  const folder = join(CACHE, `${fixture}-${lock.digest('hex').slice(0, 12)}`)
  const modules = join(folder, 'node_modules')
  if (existsSync(modules)) return modules
  const began = Date.now()
  const staging = join(CACHE, `staging-${randomUUID()}`)
  await mkdir(staging, { recursive: true })
  try {
    for (const file of ['package.json', 'package-lock.json']) await cp(join(source, file), join(staging, file))
    await npmCi(staging, fixture)
    await rename(staging, folder).catch((error: unknown) => {
      if (!existsSync(modules)) throw error // else another run was faster
    })
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  progress(`${fixture}: installed in ${Math.round((Date.now() - began) / 1000)} s`)
  return modules
}

async function npmCi(cwd: string, fixture: string): Promise<void> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  try {
    await run('npm', ['ci', ...flags], { cwd })
  } catch (error) {
    throw new Error(`npm ci of ${fixture}: ${String((error as { stderr?: string }).stderr).trim()}`)
  }
}
