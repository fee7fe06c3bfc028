import { type Disk, localDisk } from '../../packages/core/src/journal/disk'

/** One call of the file system: its name, and how often that has been called, itself included. */
export interface DiskCall {
  readonly name: keyof Disk
  readonly nth: number
}

/** How a call fails: by an error, or, for a write, by taking half of the bytes. */
export type Fault = 'EIO' | 'ENOSPC' | 'EMFILE' | 'short'

/** A disk under observation. */
export interface FaultyDisk extends Disk {
  /** Resolves once no call is under way, and none follows from the last one. */
  idle(): Promise<void>
}

const RETURNS_AT_ONCE: ReadonlySet<string> = new Set([
  'open',
  'openInPlace',
  'write',
  'truncate',
  'close',
  'makeFolder',
  'isFolder',
])
/** The descriptor is gone, whatever close says. */
const HAPPENS_ALL_THE_SAME: ReadonlySet<string> = new Set(['close', 'closeRead'])
const QUIET_TURNS = 20
/** A process that is killed leaves what it wrote, synced or not: waiting for the platter would show nothing. */
const UNSYNCED: Disk = { ...localDisk, sync: () => Promise.resolve(), syncFolder: () => Promise.resolve() }

type Call = (...args: never[]) => unknown
const callOf = (disk: Disk, name: keyof Disk): Call => disk[name]

/** The local disk, without its syncs; `before` is asked before each call, and may make it fail. */
export function createFaultyDisk(before: (call: DiskCall) => Fault | undefined = () => undefined): FaultyDisk {
  const counts = new Map<string, number>()
  let pending = 0

  function begin(name: keyof Disk): Fault | undefined {
    const nth = (counts.get(name) ?? 0) + 1
    counts.set(name, nth)
    return before({ name, nth })
  }

  async function later(name: keyof Disk, args: never[]): Promise<unknown> {
    pending++
    try {
      const fault = begin(name)
      if (fault !== undefined && !HAPPENS_ALL_THE_SAME.has(name)) throw failure(name, fault)
      const result = await callOf(UNSYNCED, name)(...args)
      if (fault !== undefined) throw failure(name, fault)
      return result
    } finally {
      pending--
    }
  }

  const disk: Partial<Record<keyof Disk, Call>> = {}
  for (const name of Object.keys(localDisk) as (keyof Disk)[]) {
    disk[name] = RETURNS_AT_ONCE.has(name)
      ? (...args) => atOnce(name, begin(name), args)
      : (...args) => later(name, args)
  }
  return {
    ...(disk as unknown as Disk),
    async idle() {
      for (let quiet = 0; quiet < QUIET_TURNS; quiet = pending > 0 ? 0 : quiet + 1) {
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

function atOnce(name: keyof Disk, fault: Fault | undefined, args: never[]): unknown {
  if (name === 'write' && fault !== undefined) {
    const [fd, buffer, place] = args as unknown as Parameters<Disk['write']>
    // A failed write may have written: half of the bytes are there.
    const wrote = localDisk.write(fd, buffer, { ...place, length: place.length >> 1 })
    if (fault === 'short') return wrote
    throw failure(name, fault)
  }
  const result = fault === undefined || HAPPENS_ALL_THE_SAME.has(name) ? callOf(localDisk, name)(...args) : undefined
  if (fault !== undefined) throw failure(name, fault)
  return result
}

const failure = (name: string, code: string): Error =>
  Object.assign(new Error(`${name}: ${code}, made to fail`), { code })
