import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { progress } from '../runner/command'

/** The folder that a journal is on, and what can be done to it. */
export interface Ground {
  readonly folder: string
  readonly bytes: number
  /** False where this process may not mount: the folder is as large as its disk, and the journal's quota stands for a full one. */
  readonly isMounted: boolean
  /** No new file from now on, no change of a name; undefined where this process may do as it likes whatever is set. */
  readonly setReadOnly: ((isReadOnly: boolean) => void) | undefined
  /** Gives back what was mounted. */
  remove(): void
}

/** Mounts a file system of so many bytes in memory at `folder`, where that is allowed. */
export function makeGround(folder: string, bytes: number): Ground {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const isMounted = mount('-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tmpfs', folder)
  if (!isMounted) progress('NO RIGHT TO MOUNT: the quota of the journal stands for a disk that is full')
  let isBound = false

  function bindReadOnly(isReadOnly: boolean): void {
    if (isReadOnly) {
      isBound = mount('--bind', folder, folder)
      if (!isBound || !mount('-o', 'remount,ro,bind', folder)) throw new Error(`${folder} could not be made read-only`)
    } else if (isBound) {
      unmount(folder)
      isBound = false
    }
  }

  const isOrdinaryUser = process.getuid?.() !== 0
  const setReadOnly = isMounted ? bindReadOnly : isOrdinaryUser ? chmodAll(folder) : undefined
  if (setReadOnly === undefined) progress('NO RIGHT TO MOUNT, and root writes anywhere: nothing here is read-only')
  return {
    folder,
    bytes,
    isMounted,
    setReadOnly,
    remove() {
      if (isBound) unmount(folder)
      if (isMounted) unmount(folder)
    },
  }
}

function mount(...args: string[]): boolean {
  try {
    execFileSync('mount', args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Lazily: a process that was killed a moment ago may still hold a file. */
function unmount(folder: string): void {
  execFileSync('umount', ['-l', folder], { stdio: 'ignore' })
}

function chmodAll(folder: string): (isReadOnly: boolean) => void {
  return (isReadOnly) => {
    const mode = isReadOnly ? 0o500 : 0o700
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), mode)
    chmodSync(folder, mode)
  }
}
