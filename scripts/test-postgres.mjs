// Installs the PostgreSQL binaries that the tests run against (14 to 18, about 60 MB each) on first use.
// Called by `npm test` and, when they are missing, by test/db/server.ts. Safe to run by several processes at once.
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const home = fileURLToPath(new URL('../test/db/postgres/', import.meta.url))
const suffix = `${process.platform}-${process.arch}`

function wanted() {
  const { packages } = JSON.parse(readFileSync(path.join(home, 'package-lock.json'), 'utf8'))
  return Object.entries(packages)
    .filter(([folder]) => folder.startsWith('node_modules/postgres-') && folder.endsWith(suffix))
    .map(([folder, { version }]) => ({ folder, version }))
}

function isInstalled({ folder, version }) {
  const manifest = path.join(home, folder, 'package.json')
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version
}

/** Resolves when `npm ci` has filled `folder`; shows that it is alive, since this can take minutes on a slow line. */
function install(folder) {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const progress = setInterval(() => console.error(`test postgres: still installing (${seconds()} s)`), 10_000)
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  return new Promise((resolve, reject) => {
    const npm = spawn('npm', ['ci', '--prefix', folder, ...flags], { cwd: folder, stdio: ['ignore', 2, 2] })
    npm.once('error', reject)
    npm.once('exit', (code) => (code === 0 ? resolve(seconds()) : reject(new Error(`npm ci ended with ${code}`))))
  }).finally(() => clearInterval(progress))
}

/** npm packages cannot carry symbolic links: each package lists the ones its libraries need. */
function restoreLinks(folder) {
  for (const name of readdirSync(path.join(folder, 'node_modules')).filter((name) => name.startsWith('postgres-'))) {
    const root = path.join(folder, 'node_modules', name)
    const list = path.join(root, 'native', 'pg-symlinks.json')
    if (!existsSync(list)) continue
    for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
      const link = path.join(root, target)
      if (!existsSync(link)) symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link)
    }
  }
}

/** Moves the finished folder into place, so that nobody ever sees (or runs from) half an installation. */
function publish(staging) {
  const final = path.join(home, 'node_modules')
  const old = path.join(staging, 'old')
  if (existsSync(final) && !wanted().every(isInstalled)) renameSync(final, old)
  try {
    renameSync(path.join(staging, 'node_modules'), final)
  } catch (error) {
    if (!wanted().every(isInstalled)) throw error // else another process was faster
  }
}

async function main() {
  if (wanted().length === 0) {
    throw new Error(
      `there are no PostgreSQL binaries for ${suffix}: set ACTRAIL_TEST_POSTGRES_URL to a server of yours`,
    )
  }
  if (wanted().every(isInstalled)) return
  console.error(`test postgres: installing ${wanted().length} versions of PostgreSQL (about 60 MB each), once`)
  mkdirSync(path.join(home, '.cache'), { recursive: true })
  const staging = mkdtempSync(path.join(home, '.cache', 'install-'))
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(path.join(home, file), path.join(staging, file))
    const seconds = await install(staging)
    restoreLinks(staging)
    publish(staging)
    const missing = wanted().filter((one) => !isInstalled(one)) // npm forgives optional packages that do not arrive
    if (missing.length > 0)
      throw new Error(`not installed: ${missing.map(({ folder }) => folder).join(', ')}; try again`)
    console.error(`test postgres: installed in ${seconds} s`)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

if (process.env.ACTRAIL_TEST_POSTGRES_URL === undefined) {
  main().catch((error) => {
    console.error(`test postgres: ${error.message}`)
    process.exitCode = 1
  })
}
