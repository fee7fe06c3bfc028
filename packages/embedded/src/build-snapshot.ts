// Build step: writes dist/snapshot.br, a fresh data folder that a store's first opening unpacks instead of running
// initdb. Does nothing when it is there for this version of PGlite. `node dist/build-snapshot.js`
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { packFolder } from './archive'
import { SNAPSHOT_FILE } from './data-folder'
import { backendArguments, INITDB_PARAMETERS } from './settings'

// The database that stores use is `postgres`; two thirds of a new folder are the templates for others.
const SLIM = [
  'update pg_database set datistemplate = false',
  'drop database template0',
  'drop database template1',
  'vacuum freeze',
  'checkpoint',
]

const KEY_FILE = `${SNAPSHOT_FILE}.key`

function key(): string {
  const pglite = path.join(path.dirname(require.resolve('@electric-sql/pglite')), '..', 'package.json')
  const { version } = JSON.parse(readFileSync(pglite, 'utf8')) as { version: string }
  return createHash('sha256')
    .update(JSON.stringify([version, INITDB_PARAMETERS, SLIM]))
    .digest('hex')
}

async function build(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'actrail-snapshot-'))
  try {
    const dataDir = path.join(folder, 'data')
    const startParams = [...PGlite.defaultStartParams, ...backendArguments()]
    const db = await PGlite.create({ dataDir, startParams, initDbStartParams: [...INITDB_PARAMETERS] })
    for (const sql of SLIM) await db.exec(sql)
    await db.close()
    writeFileSync(`${SNAPSHOT_FILE}.${process.pid}`, packFolder(dataDir))
    renameSync(`${SNAPSHOT_FILE}.${process.pid}`, SNAPSHOT_FILE)
    writeFileSync(KEY_FILE, key())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function main(): Promise<void> {
  const known = existsSync(SNAPSHOT_FILE) && existsSync(KEY_FILE) ? readFileSync(KEY_FILE, 'utf8') : ''
  if (known === key()) return
  await build()
}

main().catch((error: unknown) => {
  process.stderr.write(
    `embedded snapshot: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exitCode = 1
})
