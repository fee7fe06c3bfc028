import { createHash, randomBytes } from 'node:crypto'
import { closeSync, constants, lstatSync, mkdirSync, openSync, readdirSync, realpathSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ActrailError } from '../errors'

/**
 * Who owns a folder is decided by listening sockets in it: the kernel closes them when their process dies, however it
 * dies, and answers for them even while the process is busy or stopped. A claimer
 *
 *  1. connects to every `owner-*.sock`; one that answers is the owner: give up;
 *  2. listens on a socket of its own, with a random name;
 *  3. looks again. Another that answers came at the same time: both withdraw and try again after a random pause.
 *     Since each listens before it looks, at least one of two always sees the other: there are never two owners;
 *  4. sweeps the sockets that the dead have left, and checks that nobody swept its own.
 *
 * Process ids would not do (containers), and Node has no `flock`.
 */
export interface Claim {
  /** Gives the folder up. May be called twice. */
  release(): void
}

const OWNER = /^owner-[0-9a-f]+\.sock$/
const MAX_SOCKET_PATH_BYTES = 100
const ATTEMPTS = 8

/**
 * Claims an existing folder for this process until `release()` or the process's death.
 * @returns undefined when another owner is alive (also one in this process) or the folder is gone.
 * @throws ActrailError `ERR_FOLDER_CLAIM` when no socket can be made there.
 */
export async function claimFolder(directory: string): Promise<Claim | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const place = openPlace(directory)
    if (!place) return undefined
    const outcome = await contend(place)
    if (typeof outcome === 'object') return outcome
    place.close()
    if (outcome === 'owned') return undefined
    await delay(5 + Math.random() * 20 * (attempt + 1))
  }
  return undefined
}

/**
 * The same for a folder that the caller has just made under a random name, without waiting.
 * @returns undefined when somebody else is looking into it already: make another.
 * @throws ActrailError `ERR_FOLDER_CLAIM` when no socket can be made there.
 */
export function claimNewFolder(directory: string): Claim | undefined {
  const place = openPlace(directory)
  const own = place && listen(place)
  if (!place || !own) return undefined
  if (owners(place).length === 1) return own
  own.release()
  return undefined
}

async function contend(place: Place): Promise<Claim | 'owned' | 'contended'> {
  if ((await living(place)).some(({ alive }) => alive)) return 'owned'
  const own = listen(place)
  if (!own) return 'owned'
  const others = (await living(place)).filter(({ name }) => name !== own.name)
  if (others.some(({ alive }) => alive) || !owners(place).includes(own.name)) {
    own.release()
    return 'contended'
  }
  for (const { name } of others) unlinkQuietly(join(place.path, name))
  return own
}

/** Where the sockets of a folder lie, by a path short enough for the kernel. */
interface Place {
  readonly path: string
  close(): void
}

function openPlace(directory: string): Place | undefined {
  try {
    const real = realpathSync(directory)
    if (Buffer.byteLength(join(real, 'owner-00000000.sock')) <= MAX_SOCKET_PATH_BYTES) {
      return { path: real, close: () => undefined }
    }
    return process.platform === 'linux' ? placeByDescriptor(real) : placeByHash(real)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw claimError(directory, error)
  }
}

/** Linux reaches any folder by a short path through an open descriptor of it. */
function placeByDescriptor(directory: string): Place {
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY)
  let open = true
  const close = (): void => {
    if (open) closeSync(fd)
    open = false
  }
  return { path: `/proc/self/fd/${fd}`, close }
}

/** `/tmp` and not `os.tmpdir()`: two processes with different environments must meet. */
function placeByHash(directory: string): Place {
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 24)
  const path = `/tmp/actrail-${process.getuid?.() ?? 0}-${hash}`
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const found = lstatSync(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new Error(`${path} belongs to somebody else`)
  return { path, close: () => undefined }
}

function owners(place: Place): string[] {
  try {
    return readdirSync(place.path).filter((name) => OWNER.test(name))
  } catch {
    return []
  }
}

function living(place: Place): Promise<{ name: string; alive: boolean }[]> {
  return Promise.all(owners(place).map(async (name) => ({ name, alive: await answers(join(place.path, name)) })))
}

/** Anything but a refusal counts as alive: a full backlog, a missing permission and a lack of descriptors do too. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT' && error.code !== 'ENOTSOCK')
    })
  })
}

/** Binding and listening are synchronous; `exclusive`, or a cluster worker's socket would live in its primary. */
function listen(place: Place): (Claim & { name: string }) | undefined {
  const name = `owner-${randomBytes(4).toString('hex')}.sock`
  const path = join(place.path, name)
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.destroy()
  })
  server.on('error', () => undefined)
  server.listen({ path, exclusive: true })
  if (!server.listening) {
    const gone = owners(place).length === 0 && !exists(place.path)
    place.close()
    if (gone) return undefined
    throw claimError(place.path, undefined)
  }
  server.unref()
  const release = (): void => {
    if (server.listening) {
      unlinkQuietly(path)
      server.close()
    }
    place.close()
  }
  return { name, release }
}

function exists(path: string): boolean {
  try {
    lstatSync(join(path, '.'))
    return true
  } catch {
    return false
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Somebody else was faster.
  }
}

function claimError(directory: string, cause: unknown): ActrailError {
  const message = `Cannot make a socket in ${directory} to own the folder by; use a local disk that this user may write to.`
  return new ActrailError('ERR_FOLDER_CLAIM', message, { cause })
}
