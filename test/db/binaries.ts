import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import path from 'node:path'

/** The major versions of PostgreSQL that Actrail supports and the tests can start. */
export const POSTGRES_VERSIONS = [14, 15, 16, 17, 18] as const
/** A major version of PostgreSQL. */
export type PostgresVersion = (typeof POSTGRES_VERSIONS)[number]

/** The user and group that a server runs as: PostgreSQL refuses to run as root. */
export interface Identity {
  uid: number
  gid: number
}

const NOBODY = 65_534

/** Whom to run a server as: `nobody` when this process is root, else itself (undefined). */
export function serverIdentity(): Identity | undefined {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined
}

/** The folder with `bin`, `lib` and `share` of that version; installs the binaries when they are missing. */
export function findBinaries(version: PostgresVersion): string {
  const name = `postgres-${version}-${process.platform}-${process.arch}`
  const folder = path.join(__dirname, 'postgres', 'node_modules', name, 'native')
  if (!existsSync(folder)) {
    const script = path.join(__dirname, '..', '..', 'scripts', 'test-postgres.mjs')
    execFileSync(process.execPath, [script], { stdio: ['ignore', 2, 2] })
  }
  if (!existsSync(folder))
    throw new Error(`PostgreSQL ${version} is not available for ${process.platform}-${process.arch}`)
  return folder
}

/** As {@link findBinaries}, copied into `target` where `identity` may not enter this checkout (as below `/root`). */
export function readableBinaries(version: PostgresVersion, identity: Identity | undefined, target: string): string {
  const folder = findBinaries(version)
  if (identity === undefined) return folder
  const attempt = spawnSync(path.join(folder, 'bin', 'postgres'), ['--version'], { ...identity, cwd: '/' })
  if (attempt.status === 0) return folder
  const copy = path.join(target, 'native')
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') })
  execFileSync('chmod', ['-R', 'a+rX', copy])
  return copy
}
