import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ADOPT, createScratch, drain, idOf, request, type Scratch, until } from '../../../../test/journal/scratch'
import { localDisk } from './disk'
import { createGaps } from './gaps'
import type { Gap } from './types'

describe('gaps', () => {
  let nowMs = 1_000
  const lost = { 'no-room': 0, refused: 0, damaged: 0, missing: 0 }
  let told: Gap[] = []
  let isKept = true
  const make = () =>
    createGaps({
      now: () => nowMs,
      producer: () => 'me',
      losses: () => lost,
      report: (gap) => isKept && told.push(gap) > 0,
    })
  beforeEach(() => {
    Object.assign(lost, { 'no-room': 0, refused: 0, damaged: 0, missing: 0 })
    told = []
    isKept = true
  })

  it('are reported once, when they have ended, with their time and count', () => {
    const gaps = make()
    gaps.look()
    const from = nowMs
    for (let n = 0; n < 3; n++) {
      nowMs += 1_000
      lost['no-room'] += 7
      gaps.look()
    }
    expect(told).toEqual([])
    nowMs += 1_000
    gaps.look()
    gaps.look()
    gaps.close()
    expect(told).toEqual([{ producer: 'me', reason: 'no-room', count: 21, counted: 'events', from, to: nowMs }])
  })

  it('are reported in pieces where they do not end', () => {
    const gaps = make()
    for (let n = 0; n < 150; n++) {
      nowMs += 1_000
      lost.refused++
      gaps.look()
    }
    gaps.close()
    expect(told.length).toBe(3)
    expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(150)
    expect(told.map(({ from }) => from).slice(1)).toEqual(told.map(({ to }) => to).slice(0, -1))
  })

  it('are reported again while nobody keeps the report', () => {
    const gaps = make()
    isKept = false
    lost.damaged = 2
    gaps.look()
    nowMs += 1_000
    gaps.look()
    isKept = true
    gaps.look()
    gaps.look()
    expect(told).toMatchObject([{ reason: 'damaged', counted: 'records', count: 2 }])
  })
})

describe('a journal that has lost something', () => {
  let scratch: Scratch
  beforeEach(() => (scratch = createScratch()))
  afterEach(() => scratch.remove())

  const gapsIn = (events: readonly { readonly gap?: Gap }[]): Partial<Gap>[] =>
    events.flatMap(({ gap }) => (gap ? [{ reason: gap.reason, count: gap.count, counted: gap.counted }] : []))

  it('reports the events of a segment that somebody removed', async () => {
    const journal = scratch.open({ segmentBytes: 2_000, tickMs: 5 })
    for (let n = 0; n < 100; n++) request(journal, n)
    await journal.written()
    rmSync(join(scratch.directory, scratch.segments()[1] ?? ''))
    const events = await drain(journal.reader)
    await until(async () => {
      events.push(...(await drain(journal.reader)))
      return events.some(({ gap }) => gap)
    })
    const count = 100 - events.filter(({ gap }) => !gap).length
    expect(gapsIn(events)).toEqual([{ reason: 'missing', count, counted: 'events' }])
  })

  it('reports a record that the disk has changed, and one that could not be encoded', async () => {
    const journal = scratch.open({ tickMs: 5 })
    for (let n = 0; n < 10; n++) request(journal, n)
    request(journal, 99, 'x'.repeat(6_000_000))
    await journal.written()
    const path = join(scratch.directory, scratch.segments()[0] ?? '')
    const bytes = readFileSync(path)
    bytes.writeUInt8(77, bytes.lastIndexOf(`{"id":"${idOf(5)}"`) - 37)
    writeFileSync(path, bytes)
    const events = await drain(journal.reader)
    await until(async () => {
      events.push(...(await drain(journal.reader)))
      return gapsIn(events).length === 2
    })
    expect(gapsIn(events)).toEqual(
      expect.arrayContaining([
        { reason: 'refused', count: 1, counted: 'events' },
        { reason: 'damaged', count: 1, counted: 'records' },
      ]),
    )
  })

  it('reports segments that are missing among those that a dead producer left', async () => {
    const first = scratch.open({ segmentBytes: 2_000 })
    for (let n = 0; n < 100; n++) request(first, n)
    await first.written()
    const dead = scratch.crash(first)
    const names = readdirSync(dead).sort()
    for (const name of names.slice(2, 4)) rmSync(join(dead, name))
    const journal = scratch.open(ADOPT)
    await until(() => journal.status().adopting === 1)
    expect(gapsIn(await drain(journal.reader))).toEqual([{ reason: 'missing', count: 2, counted: 'segments' }])
  })

  it('keeps what is in memory on disk when it is closed, if the disk takes it by then', async () => {
    const disk = { ...localDisk }
    disk.write = () => {
      throw Object.assign(new Error('made to fail'), { code: 'ENOSPC' })
    }
    const journal = scratch.open({}, disk)
    for (let n = 0; n < 10; n++) request(journal, n)
    expect(journal.status()).toMatchObject({ writesTo: 'memory', lostEvents: 0 })
    expect(journal.status().problems.join()).toContain('free space')
    disk.write = localDisk.write
    await journal.close()
    const next = scratch.open(ADOPT)
    await until(() => next.status().adopting === 1)
    expect((await drain(next.reader)).map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, n) => idOf(n)))
    expect(journal.status().lostEvents).toBe(0)
  })

  it('reports what it lost before it was closed', async () => {
    const disk = { ...localDisk }
    disk.write = () => {
      throw Object.assign(new Error('made to fail'), { code: 'ENOSPC' })
    }
    const journal = scratch.open({ maxMemoryBytes: 300_000 }, disk)
    for (let n = 0; n < 2_000; n++) request(journal, n, 'x'.repeat(400))
    const { lostEvents } = journal.status()
    expect(lostEvents).toBeGreaterThan(0)
    disk.write = localDisk.write
    await journal.close()
    const next = scratch.open(ADOPT)
    await until(() => next.status().adopting === 1)
    const events = await drain(next.reader)
    expect(gapsIn(events)).toEqual([{ reason: 'no-room', count: lostEvents, counted: 'events' }])
    expect(events).toHaveLength(2_000 - lostEvents + 1)
  })
})
