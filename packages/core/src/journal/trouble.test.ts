import { fstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ADOPT, createScratch, drain, idOf, request, type Scratch, text, until } from '../../../../test/journal/scratch'
import { type Disk, localDisk } from './disk'
import { HEADER_BYTES, ID_BYTES } from './frames'

/** The local disk, made to fail on demand. */
function fragile(): Disk & { failing: Partial<Record<keyof Disk, string>> } {
  const failing: Partial<Record<keyof Disk, string>> = {}
  const check = (call: keyof Disk): void => {
    const code = failing[call]
    if (code) throw Object.assign(new Error(`${code}: made to fail`), { code })
  }
  return {
    ...localDisk,
    failing,
    open: (path) => (check('open'), localDisk.open(path)),
    write: (fd, buffer, place) => {
      if (failing.write) localDisk.write(fd, buffer, { ...place, length: place.length >> 1 })
      check('write')
      return localDisk.write(fd, buffer, place)
    },
    truncate: (fd, bytes) => (check('truncate'), localDisk.truncate(fd, bytes)),
    sync: async (fd) => (check('sync'), localDisk.sync(fd)),
    close: (fd) => (check('close'), localDisk.close(fd)),
  }
}

/** The local disk, full on demand: what needs a new block fails, what overwrites does not. */
function filling(): Disk & { isFull: boolean } {
  const disk = {
    ...localDisk,
    isFull: false,
    write(fd: number, buffer: Buffer, place: Parameters<Disk['write']>[2]): number {
      const { size } = fstatSync(fd)
      if (disk.isFull && (place.at ?? size) + place.length > size)
        throw Object.assign(new Error('write: made to fail'), { code: 'ENOSPC' })
      return localDisk.write(fd, buffer, place)
    },
  }
  return disk
}

const idsOf = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id)
const range = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => idOf(from + n))

describe('journal in trouble', () => {
  let scratch: Scratch
  beforeEach(() => (scratch = createScratch()))
  afterEach(() => scratch.remove())

  it('goes on in a new segment when a write fails half way', async () => {
    const disk = fragile()
    const journal = scratch.open({}, disk)
    for (let n = 0; n < 10; n++) request(journal, n)
    await journal.written()
    let failed = false
    const { write } = disk
    disk.write = (fd, buffer, place) => {
      if (failed) return write(fd, buffer, place)
      failed = true
      disk.failing.write = 'EIO'
      try {
        return write(fd, buffer, place)
      } finally {
        delete disk.failing.write
      }
    }
    for (let n = 10; n < 20; n++) request(journal, n)
    await journal.written()
    expect(scratch.segments()).toHaveLength(2)
    scratch.crash(journal)
    expect(idsOf(await drain(journal.reader))).toEqual(range(0, 20))
    expect(journal.status()).toMatchObject({ writeErrors: 1, lostEvents: 0, writesTo: 'disk' })
    const next = scratch.open(ADOPT)
    await until(() => next.status().adopting === 1)
    expect(idsOf(await drain(next.reader))).toEqual(range(0, 20))
  })

  it('writes what was not synced to a new segment, and never syncs the old one again', async () => {
    const disk = fragile()
    const paths = new Map<number, string>()
    const synced: (string | undefined)[] = []
    const { sync, open } = disk
    disk.open = (path) => {
      const fd = open(path)
      paths.set(fd, path)
      return fd
    }
    disk.sync = (fd) => {
      synced.push(paths.get(fd))
      if (synced.length === 1) return Promise.reject(new Error('made to fail'))
      return sync(fd)
    }
    const journal = scratch.open({ syncMs: 1 }, disk)
    for (let n = 0; n < 10; n++) request(journal, n)
    await until(() => synced.length >= 2)
    expect(journal.status().syncErrors).toBe(1)
    expect(synced.filter((path) => path === synced[0])).toHaveLength(1)
    expect(scratch.segments()).toHaveLength(2)
    const copies = idsOf(await drain(journal.reader))
    expect([...new Set(copies)]).toEqual(range(0, 10))
    expect(journal.status()).toMatchObject({ unsentEvents: 0, lostEvents: 0 })
    await until(() => scratch.segments().filter((name) => name.startsWith('damaged')).length === 1)
  })

  it('keeps events in memory while the disk is full, within its bound, and counts what it drops', async () => {
    const disk = fragile()
    let now = 1_000_000
    const journal = scratch.open({ maxMemoryBytes: 600_000, tickMs: 5, now: () => now }, disk)
    for (let n = 0; n < 10; n++) request(journal, n)
    await journal.written()
    disk.failing.write = 'ENOSPC'
    for (let n = 10; n < 2_000; n++) {
      request(journal, n, 'x'.repeat(400))
      if (n % 100 === 0) await journal.written().catch(() => undefined)
    }
    const refused = journal.written()
    await expect(refused).rejects.toMatchObject({ code: 'ERR_JOURNAL_FULL' })
    const { lostEvents, memoryBytes, writesTo, unsentEvents } = journal.status()
    expect(writesTo).toBe('memory')
    expect(memoryBytes).toBeLessThanOrEqual(600_000)
    expect(lostEvents).toBeGreaterThan(0)
    expect(unsentEvents + lostEvents).toBe(2_000)
    delete disk.failing.write
    now += 60_000
    await until(() => journal.status().unsentEvents === unsentEvents + 1)
    expect(journal.status().writesTo).toBe('disk')
    request(journal, 2_000)
    const events = await drain(journal.reader)
    const gaps = events.filter(({ id }) => id === 'gap')
    expect(gaps.map(({ gap }) => gap?.count)).toEqual([lostEvents])
    expect(events.length).toBe(2_001 - lostEvents + 1)
    expect(idsOf(events)).toContain(idOf(2_000))
  })

  it('makes room on a disk on which not one block is free, and uses it again', async () => {
    const disk = filling()
    const clock = { now: 1_000_000 }
    const journal = scratch.open({ segmentBytes: 2_000, tickMs: 5, now: () => clock.now }, disk)
    for (let n = 0; n < 100; n++) request(journal, n)
    await journal.written()
    disk.isFull = true
    for (let n = 100; n < 110; n++) request(journal, n)
    await journal.written()
    expect(journal.status().writesTo).toBe('memory')
    expect(scratch.segments().length).toBeGreaterThan(5)
    expect(idsOf(await drain(journal.reader))).toEqual(range(0, 110))
    await until(() => scratch.segments().length === 0)
    disk.isFull = false
    clock.now += 60_000
    await until(() => journal.status().writesTo === 'disk')
    request(journal, 110)
    expect(idsOf(await drain(journal.reader))).toEqual(range(110, 111))
    expect(journal.status()).toMatchObject({ lostEvents: 0, unsentEvents: 0 })
  })

  it('takes no event to a disk that has no room for its position', async () => {
    const disk = filling()
    disk.isFull = true
    const clock = { now: 1_000_000 }
    const journal = scratch.open({ tickMs: 5, now: () => clock.now }, disk)
    request(journal, 1)
    await journal.written()
    expect(journal.status().writesTo).toBe('memory')
    expect(scratch.segments()).toEqual([])
    disk.isFull = false
    clock.now += 60_000
    await until(() => journal.status().writesTo === 'disk')
    request(journal, 2)
    expect(idsOf(await drain(journal.reader))).toEqual(range(1, 3))
  })

  it('keeps to its quota', async () => {
    const journal = scratch.open({ maxBytes: 50_000, segmentBytes: 10_000, maxMemoryBytes: 300_000, tickMs: 5 })
    for (let n = 0; n < 300; n++) request(journal, n, 'x'.repeat(400))
    await journal.written()
    expect(journal.status()).toMatchObject({ writesTo: 'memory', lostEvents: 0 })
    expect(journal.status().diskBytes).toBeLessThanOrEqual(50_000)
    expect(idsOf(await drain(journal.reader))).toEqual(range(0, 300))
    await until(() => journal.status().writesTo === 'disk')
    request(journal, 300)
    expect(idsOf(await drain(journal.reader))).toEqual(range(300, 301))
  })

  it('leaves the disk its floor of free space', async () => {
    const journal = scratch.open({ minFreeBytes: Number.MAX_SAFE_INTEGER, tickMs: 5 })
    await until(() => {
      request(journal, 1)
      return journal.status().writesTo === 'memory'
    })
    expect(journal.status().lostEvents).toBe(0)
  })

  it('serves on when no file can be opened, and needs none to be read', async () => {
    const disk = fragile()
    disk.failing.open = 'EMFILE'
    const journal = scratch.open({}, disk)
    for (let n = 0; n < 10; n++) request(journal, n)
    expect(idsOf(await drain(journal.reader))).toEqual(range(0, 10))
    expect(journal.status()).toMatchObject({ writesTo: 'memory', lostEvents: 0 })
  })

  it('counts and skips a segment that somebody removed', async () => {
    const journal = scratch.open({ segmentBytes: 2_000 })
    for (let n = 0; n < 100; n++) request(journal, n)
    await journal.written()
    const second = scratch.segments()[1] ?? ''
    rmSync(join(scratch.directory, second))
    const events = await drain(journal.reader)
    expect(events.length).toBeLessThan(100)
    const { missingSegments, unsentEvents, damagedRecords } = journal.status()
    expect({ missingSegments, unsentEvents }).toEqual({ missingSegments: 1, unsentEvents: 0 })
    expect(events.length + damagedRecords).toBe(100)
  })

  it('loses one record of a live segment that the disk has changed, and counts it', async () => {
    const journal = scratch.open()
    for (let n = 0; n < 50; n++) request(journal, n)
    await journal.written()
    const path = join(scratch.directory, scratch.segments()[0] ?? '')
    const bytes = readFileSync(path)
    const at = bytes.lastIndexOf(text({ id: idOf(20) })) - ID_BYTES - HEADER_BYTES
    bytes.writeUInt8(77, at + 8)
    writeFileSync(path, bytes)
    const events = await drain(journal.reader)
    expect(idsOf(events)).toEqual(range(0, 50).filter((id) => id !== idOf(20)))
    expect(journal.status()).toMatchObject({ damagedRecords: 1 })
    request(journal, 50)
    expect(idsOf(await drain(journal.reader))).toEqual([idOf(50)])
  })

  it('refuses what is too long for a frame, and counts it', async () => {
    const journal = scratch.open()
    request(journal, 1, 'x'.repeat(6_000_000))
    request(journal, 2)
    expect(idsOf(await drain(journal.reader))).toEqual([idOf(2)])
    expect(journal.status().lostEvents).toBe(1)
  })

  it('in mode memory holds what fits, says so, and leaves no file', async () => {
    const journal = scratch.open({ mode: 'memory', maxMemoryBytes: 1_000_000 })
    expect(scratch.warnings.join()).toContain('no audit log')
    for (let n = 0; n < 5_000; n++) {
      request(journal, n, 'x'.repeat(400))
      if (n % 50 === 0) await journal.written().catch(() => undefined)
    }
    await journal.written().catch(() => undefined)
    const { lostEvents, memoryBytes, producer } = journal.status()
    expect(memoryBytes).toBeLessThanOrEqual(1_000_000)
    expect(producer).toBeUndefined()
    expect((await drain(journal.reader)).length).toBe(5_000 - lostEvents)
    for (let n = 0; n < 1_000; n++) request(journal, n)
    expect(await drain(journal.reader)).toHaveLength(1_000)
    expect(() => readdirSync(scratch.directory)).toThrow()
  })

  it('never throws into the host, whatever it is given', async () => {
    const journal = scratch.open({
      tickMs: 5,
      progressMs: 0,
      reports: {
        lostIntent: () => {
          throw new Error('made to fail')
        },
        inProgress: () => {
          throw new Error('made to fail')
        },
        gap: () => {
          throw new Error('made to fail')
        },
      },
    })
    const odd = [undefined, null, 7, {}, Symbol('odd')] as unknown as string[]
    for (const value of odd) {
      const ticket = journal.intent(value, value)
      journal.outcome(value, ticket)
      journal.outcome(value)
      journal.cancel(ticket)
      journal.cancel(value as never)
      journal.outcome(text({ id: idOf(1) }), {} as never)
    }
    journal.intent('short', '{}')
    await until(() => scratch.warnings.some((warning) => warning.includes('could not make a report')))
    expect(idsOf(await drain(journal.reader)).filter((id) => id === idOf(1))).toHaveLength(odd.length)
  })
})
