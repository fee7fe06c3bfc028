import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Check } from './check'
import { ROOT, runProgram, runTool, type Finished } from './command'

const TOOLS = join(ROOT, 'tools/packaging')

/** The releases of Node on which CommonJS can `require` ES modules (ADR 11). */
const NODE_RANGE = '^20.19.0 || >=22.12.0'

/** publint and "are the types wrong?" on the tarballs that would be published, and what each tarball must hold. */
export const packaging: Check = {
  name: 'packaging',
  asks: 'each packed tarball resolves with its types from CommonJS, ESM and bundlers, and carries its licence and README',
  needsBuild: true,
  run: async () => {
    await installTools()
    const folder = mkdtempSync(join(tmpdir(), 'actrail-packaging-'))
    try {
      const packages = readdirSync(join(ROOT, 'packages')).sort()
      const problems = packages.flatMap((name) => manifestProblems(name, manifestOf(name), lernaVersion()))
      for (const name of packages) problems.push(...(await problemsOf(name, folder)))
      return { problems, note: `${packages.length} tarballs` }
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

/** Installs the two tools when their lockfile is not the one that was installed last. */
async function installTools(): Promise<void> {
  const lock = createHash('sha256')
    .update(readFileSync(join(TOOLS, 'package-lock.json')))
    .digest('hex')
  const stamp = join(TOOLS, 'node_modules/.installed-lock')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  const finished = await runProgram('npm', ['ci', '--ignore-scripts', '--no-progress'], { cwd: TOOLS })
  if (finished.code !== 0) throw new Error(`npm ci in tools/packaging failed:\n${finished.stderr}`)
  writeFileSync(stamp, lock)
}

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string; readonly size: number }[]
}

async function problemsOf(name: string, folder: string): Promise<string[]> {
  const finished = await runProgram('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: join(ROOT, 'packages', name),
  })
  if (finished.code !== 0) return [`npm pack in packages/${name} failed:\n${finished.stderr}`]
  const [packed] = JSON.parse(finished.stdout) as [Packed]
  const tarball = join(folder, packed.filename)
  // Profile node16: the resolution of TypeScript before 4.7 knows no "exports", and no Node that we support needs it.
  const [publint, attw] = await Promise.all([
    runTool('publint', ['run', tarball, '--strict'], { cwd: TOOLS }),
    runTool(
      'attw',
      [tarball, '--format', 'ascii', '--no-color', '--no-emoji', '--no-definitely-typed', '--profile', 'node16'],
      {
        cwd: TOOLS,
      },
    ),
  ])
  const contents = contentProblems(packed.files.map((file) => file.path)).map(
    (problem) => `packages/${name}: ${problem}`,
  )
  return [...contents, ...said(`publint on packages/${name}`, publint), ...said(`attw on packages/${name}`, attw)]
}

/** The parts of a package's manifest that are the same for all. */
export interface Manifest {
  readonly version?: string
  readonly license?: string
  readonly engines?: { readonly node?: string }
  /** What makes it a program: it runs by itself, beside nobody's application. */
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** Where a manifest departs from the one version, licence and range of Node, or takes another package of ours as its own copy. */
export function manifestProblems(name: string, manifest: Manifest, version: string): string[] {
  const { bin, dependencies = {}, peerDependencies = {} } = manifest
  const isOurs = ([dependency]: [string, string]): boolean => dependency.startsWith('@actrail/')
  const owned = Object.entries(dependencies).filter(isOurs)
  // A program has no host whose copy it could share.
  const needed = [...Object.entries(peerDependencies).filter(isOurs), ...(bin === undefined ? [] : owned)]
  const astray = needed.filter(([, range]) => range !== version)
  return [
    ...(manifest.version === version ? [] : [`its version is ${manifest.version}; lerna.json says ${version}`]),
    ...(manifest.license === 'MIT' ? [] : ['its licence is not MIT']),
    ...(manifest.engines?.node === NODE_RANGE ? [] : [`its engines.node is not ${NODE_RANGE}`]),
    ...(bin === undefined ? owned : []).map(
      ([dependency]) => `${dependency} must be a peer: a copy of its own would have a scope and a log of its own`,
    ),
    ...astray.map(([needs, range]) => `its ${needs} is ${range}; one version for all: ${version}`),
  ].map((problem) => `packages/${name}: ${problem}`)
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8')) as Manifest
}

function lernaVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'lerna.json'), 'utf8')) as { version: string }).version
}

/** What is missing from, or should not be in, a tarball with these files. */
export function contentProblems(files: readonly string[]): string[] {
  const missing = ['README.md', 'LICENSE', 'package.json'].filter((file) => !files.includes(file))
  const stray = files.filter((file) => /\.test\.|(^|\/)(src|test|\.tsbuildinfo)(\/|$)|\.tsbuildinfo$/.test(file))
  return [
    ...missing.map((file) => `the tarball lacks ${file}`),
    ...stray.map((file) => `the tarball holds ${file}; narrow "files" in package.json`),
  ]
}

function said(what: string, { code, stdout, stderr }: Finished): string[] {
  return code === 0 ? [] : [`${what}:\n${`${stdout}\n${stderr}`.trim()}`]
}
