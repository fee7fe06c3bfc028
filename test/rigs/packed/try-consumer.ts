import { execFile } from 'node:child_process'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Consumer } from '../../packed/consumers'
import type { Tarballs } from '../../packed/tarballs'

const run = promisify(execFile)
const PACKED = join(__dirname, '../../packed')
const PATIENCE_MS = 180_000

/** How one command of a consumer went. */
export interface ConsumerResult {
  readonly consumer: string
  readonly name: string
  readonly seconds: number
  /** What it printed when it failed. */
  readonly failure?: string
}

interface Manifest {
  readonly type: string
  readonly dependencies: Readonly<Record<string, string>>
}

/** Makes the consumer in the folder `fresh`, which is new, and runs its commands. An install that fails is a failed run. */
export async function tryConsumer(consumer: Consumer, tarballs: Tarballs, fresh: string): Promise<ConsumerResult[]> {
  const { name, folder, borrows = [], runs } = consumer
  const results: ConsumerResult[] = []
  const note = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    const began = Date.now()
    const failure = await work().then(
      () => undefined,
      (error: unknown) => wordsOf(error),
    )
    const seconds = Math.round((Date.now() - began) / 100) / 10
    results.push({ consumer: name, name: what, seconds, ...(failure !== undefined && { failure }) })
  }
  await cp(join(PACKED, folder), fresh, { recursive: true })
  for (const file of borrows) await cp(join(PACKED, file), join(fresh, basename(file)))
  const manifest = await manifestOf(consumer, tarballs)
  await note('install', () => install(fresh, manifest))
  for (const { name: what, command, type = manifest.type } of results[0]?.failure === undefined ? runs : []) {
    await writeManifest(fresh, { ...manifest, type })
    await note(what, () => runIn(fresh, command))
  }
  return results
}

async function manifestOf({ folder, installs }: Consumer, tarballs: Tarballs): Promise<Manifest> {
  const manifest = JSON.parse(await readFile(join(PACKED, folder, 'package.json'), 'utf8')) as Manifest
  const ours = Object.fromEntries(installs.map((name) => [`@actrail/${name}`, `file:${tarballs[name]}`]))
  return { ...manifest, dependencies: { ...manifest.dependencies, ...ours } }
}

function writeManifest(fresh: string, manifest: Manifest): Promise<void> {
  return writeFile(join(fresh, 'package.json'), JSON.stringify(manifest, null, 2))
}

async function install(fresh: string, manifest: Manifest): Promise<void> {
  await rm(join(fresh, 'node_modules'), { recursive: true, force: true })
  await writeManifest(fresh, manifest)
  await runIn(fresh, [
    'npm',
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--loglevel=error',
  ])
}

async function runIn(cwd: string, [program = 'node', ...args]: readonly string[]): Promise<void> {
  const path = [join(cwd, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter)
  await run(program, args, { cwd, timeout: PATIENCE_MS, env: { ...process.env, PATH: path, NODE_OPTIONS: '' } })
}

function wordsOf(error: unknown): string {
  const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
  return `${stdout}${stderr}`.trim() || message
}
