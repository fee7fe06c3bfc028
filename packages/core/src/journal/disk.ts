import { closeSync, constants, fdatasync, ftruncateSync, openSync, writeSync } from 'node:fs'

/** The system calls that writing a segment needs; tests make them fail. */
export interface Disk {
  /** Opens a new file for appending, with mode 0600; refuses a symlink and a file that exists. */
  open(path: string): number
  write(fd: number, buffer: Buffer, place: { readonly from: number; readonly length: number }): number
  truncate(fd: number, bytes: number): void
  sync(fd: number): Promise<void>
  close(fd: number): void
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants
const NEW_FILE = O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY

/** The file system of this machine. */
export const localDisk: Disk = {
  open: (path) => openSync(path, NEW_FILE, 0o600),
  write: (fd, buffer, { from, length }) => writeSync(fd, buffer, from, length, null),
  truncate: ftruncateSync,
  sync: (fd) => new Promise((resolve, reject) => fdatasync(fd, (error) => (error ? reject(error) : resolve()))),
  close: closeSync,
}

/** Writes a stretch of a buffer, in as many calls as it takes. Throws when the file takes no more. */
export function writeFully(
  disk: Disk,
  fd: number,
  { buffer, from, to }: { buffer: Buffer; from: number; to: number },
): void {
  for (let at = from; at < to;) {
    const wrote = disk.write(fd, buffer, { from: at, length: to - at })
    if (wrote <= 0) throw new Error('The file takes no more bytes')
    at += wrote
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
