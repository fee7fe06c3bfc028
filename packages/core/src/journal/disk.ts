import {
  close,
  closeSync,
  constants,
  fdatasync,
  fsync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  open,
  openSync,
  read,
  writeSync,
} from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, statfs, unlink } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * Every call of the file system that the journal makes, but for the sockets of `claim.ts`. Tests make each of them fail
 * in turn. The first group is called while a request waits, and returns at once.
 */
export interface Disk {
  /** Opens a new file for appending, with mode 0600; refuses a symlink and a file that exists. */
  open(path: string): number
  /** Opens a file, new or not, to overwrite what is in it, with mode 0600; refuses a symlink. */
  openInPlace(path: string): number
  /** Writes at the byte `at` of the file; without it, at the end. @returns the number of bytes written. */
  write(fd: number, buffer: Buffer, place: { from: number; length: number; at?: number | undefined }): number
  truncate(fd: number, bytes: number): void
  close(fd: number): void
  /** Makes a folder with mode 0700; `parents` may exist. */
  makeFolder(path: string, parents?: boolean): void
  /** False for a symlink to one. */
  isFolder(path: string): boolean

  /** The bytes of a file. */
  sync(fd: number): Promise<void>
  /** Makes names in a folder last: what was renamed, and what is new. */
  syncFolder(path: string): Promise<void>
  openToRead(path: string): Promise<number>
  /** @returns the number of bytes read. */
  read(fd: number, buffer: Buffer, place: { from: number; length: number; position: number }): Promise<number>
  /** A whole file; refuses a symlink. */
  readFile(path: string): Promise<Buffer>
  closeRead(fd: number): Promise<void>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  /** The folder and all that is in it; no error when it is gone. */
  remove(path: string): Promise<void>
  ensureFolder(path: string): Promise<void>
  list(path: string): Promise<string[]>
  stat(path: string): Promise<{ readonly size: number; readonly mtimeMs: number }>
  freeBytes(path: string): Promise<number>
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants
const NEW_FILE = O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY
const IN_PLACE = O_CREAT | O_NOFOLLOW | O_WRONLY
const OWNER_ONLY = { file: 0o600, folder: 0o700 }

const opened = promisify(open)
const closed = promisify(close)
const bytesRead = promisify(read)
const synced = promisify(fsync)

/** Some file systems have nothing to sync in a folder. */
function unlessUnknown(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EINVAL' && error.code !== 'ENOTSUP') throw error
}

/** The file system of this machine. */
export const localDisk: Disk = {
  open: (path) => openSync(path, NEW_FILE, OWNER_ONLY.file),
  openInPlace: (path) => openSync(path, IN_PLACE, OWNER_ONLY.file),
  write: (fd, buffer, { from, length, at }) => writeSync(fd, buffer, from, length, at ?? null),
  truncate: ftruncateSync,
  close: closeSync,
  makeFolder: (path, parents = false) => void mkdirSync(path, { recursive: parents, mode: OWNER_ONLY.folder }),
  isFolder: (path) => lstatSync(path).isDirectory(),
  sync: promisify(fdatasync),
  async syncFolder(path) {
    const fd = await opened(path, 'r')
    try {
      await synced(fd).catch(unlessUnknown)
    } finally {
      await closed(fd)
    }
  },
  openToRead: (path) => opened(path, 'r'),
  read: async (fd, buffer, { from, length, position }) =>
    (await bytesRead(fd, buffer, from, length, position)).bytesRead,
  readFile: (path) => readFile(path, { flag: O_RDONLY | O_NOFOLLOW }),
  closeRead: closed,
  rename,
  unlink,
  remove: (path) => rm(path, { recursive: true, force: true }),
  ensureFolder: async (path) => void (await mkdir(path, { recursive: true, mode: OWNER_ONLY.folder })),
  list: (path) => readdir(path),
  stat: (path) => stat(path),
  async freeBytes(path) {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  },
}

/**
 * Writes a stretch of a buffer at the byte `at` of the file, or without it at the end, in as many calls as it takes.
 * Throws when the file takes no more.
 */
export function writeFully(
  disk: Disk,
  fd: number,
  { buffer, from, to, at }: { buffer: Buffer; from: number; to: number; at?: number },
): void {
  for (let done = from; done < to;) {
    const place = { from: done, length: to - done, at: at === undefined ? undefined : at + done - from }
    const wrote = disk.write(fd, buffer, place)
    if (wrote <= 0) throw new Error('The file takes no more bytes')
    done += wrote
  }
}

/** Closes a file whose bytes are synced, or are written again elsewhere: a failure changes nothing. */
export function closeQuietly(disk: Disk, fd: number): void {
  try {
    disk.close(fd)
  } catch {
    // See above.
  }
}

/** Takes half a record away from the end of a file, if it can: a torn tail is what recovery expects. */
export function truncateQuietly(disk: Disk, fd: number, bytes: number): void {
  try {
    disk.truncate(fd, bytes)
  } catch {
    // See above.
  }
}

/** Lets a file be gone already. */
export function orGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
