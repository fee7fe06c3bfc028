import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { ADOPT, createScratch, drain, idOf, request, type Scratch, text, until } from '../../../../test/journal/scratch'
import { localDisk } from './disk'
import { createPositionFile } from './position'

const LIMIT = { events: 50, bytes: 100_000 }
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A clock that shows how often it was asked: once a tick at least. */
function ticking(): { now: () => number; pass: (ticks: number) => Promise<void>; add: (ms: number) => void } {
  let asked = 0
  let ms = 1_000_000
  const pass = (ticks: number): Promise<void> => {
    const enough = asked + ticks * 5
    return until(() => asked > enough)
  }
  return { now: () => (asked++, ms), pass, add: (more) => (ms += more) }
}

describe('journal', () => {
  let scratch: Scratch
  beforeEach(() => (scratch = createScratch()))
  afterEach(() => scratch.remove())

  const bytesOf = (): string =>
    scratch
      .segments()
      .map((name) => readFileSync(join(scratch.directory, name), 'utf8'))
      .join('')

  it('has an intent in the file before it returns', () => {
    const journal = scratch.open()
    journal.intent(idOf(1), '{"path":"/a"}')
    expect(bytesOf()).toContain(`${idOf(1)}{"path":"/a"}\n`)
  })

  it('writes an outcome before it returns, and an event of its own at the latest in the check phase of the same turn', async () => {
    const journal = scratch.open()
    request(journal, 1, 'first')
    expect(bytesOf()).toContain('first')
    journal.outcome(text({ id: idOf(2), note: 'second' }))
    expect(bytesOf()).not.toContain('second')
    await turn()
    expect(bytesOf()).toContain('second')
    journal.outcome(text({ id: idOf(3), note: 'third' }))
    journal.intent(idOf(4), '{}')
    expect(bytesOf()).toContain('third')
  })

  it('resolves written() when the file holds everything accepted so far', async () => {
    const journal = scratch.open()
    await journal.written()
    journal.outcome(text({ id: idOf(1) }))
    await journal.written()
    expect(bytesOf()).toContain(idOf(1))
  })

  it('gives the events in order, joined and unparsed, and nothing twice', async () => {
    const journal = scratch.open()
    for (let n = 0; n < 1_200; n++) request(journal, n, 'ä€𝄞')
    await journal.written()
    const first = await journal.reader.read({ events: 500, bytes: 1_000_000 })
    expect(first?.events).toBe(500)
    expect(first?.text(3)).toBe(text({ id: idOf(3), note: 'ä€𝄞' }))
    expect(JSON.parse(first?.slice(2, 4).toString() ?? '')).toEqual([
      { id: idOf(2), note: 'ä€𝄞' },
      { id: idOf(3), note: 'ä€𝄞' },
    ])
    if (first) await journal.reader.commit(first)
    const rest = await drain(journal.reader)
    expect(rest.map(({ id }) => id)).toEqual(Array.from({ length: 700 }, (_, n) => idOf(n + 500)))
    expect(await journal.reader.read({ events: 500, bytes: 1_000_000 })).toBeUndefined()
  })

  it('keeps batches within their bytes, and gives a larger event alone', async () => {
    const journal = scratch.open()
    request(journal, 1, 'x'.repeat(600))
    request(journal, 2, 'x'.repeat(600))
    request(journal, 3, 'y'.repeat(5_000))
    request(journal, 4)
    const sizes: number[] = []
    for (;;) {
      const batch = await journal.reader.read({ events: 500, bytes: 1_000 })
      if (!batch) break
      sizes.push(batch.events)
      JSON.parse(batch.payload.toString())
      await journal.reader.commit(batch)
    }
    expect(sizes).toEqual([1, 1, 1, 1])
  })

  it('reads a long backlog with as many buffers as batches are under way', async () => {
    const journal = scratch.open()
    const note = 'x'.repeat(4_000)
    for (let n = 0; n < 2_000; n++) request(journal, n, note)
    const buffers = new Set<unknown>()
    const readFour = async () => [await read(), await read(), await read(), await read()]
    const read = () => journal.reader.read(LIMIT)
    let ahead = await readFour()
    while (ahead[0]) {
      const batches = ahead
      ahead = await readFour()
      for (const batch of batches) {
        if (!batch) continue
        buffers.add(batch.payload.buffer)
        await journal.reader.commit(batch)
      }
    }
    expect(journal.reader.progress().stored).toBe(2_000)
    expect(buffers.size).toBe(8)
  })

  it('may be read ahead of the commits', async () => {
    const journal = scratch.open()
    for (let n = 0; n < 20; n++) request(journal, n)
    const one = await journal.reader.read({ events: 10, bytes: 1_000_000 })
    const two = await journal.reader.read({ events: 10, bytes: 1_000_000 })
    expect(one?.text(9)).toBe(text({ id: idOf(9) }))
    expect(two?.text(0)).toBe(text({ id: idOf(10) }))
  })

  it('makes folders with mode 0700 and files with mode 0600', () => {
    const journal = scratch.open()
    request(journal, 1)
    const producer = join(scratch.directory, journal.status().producer ?? '')
    expect(statSync(scratch.directory).mode & 0o777).toBe(0o700)
    expect(statSync(producer).mode & 0o777).toBe(0o700)
    expect(scratch.segments()).toHaveLength(1)
    for (const name of scratch.segments()) expect(statSync(join(scratch.directory, name)).mode & 0o777).toBe(0o600)
  })

  it('refuses a symlink and a file', () => {
    mkdirSync(join(scratch.directory, '..', 'elsewhere'))
    symlinkSync(join(scratch.directory, '..', 'elsewhere'), scratch.directory)
    expect(() => scratch.open()).toThrow(expect.objectContaining({ code: 'ERR_JOURNAL_FOLDER' }))
    expect(() => scratch.open({ directory: __filename })).toThrow(
      expect.objectContaining({ code: 'ERR_JOURNAL_FOLDER' }),
    )
    chmodSync(join(scratch.directory, '..', 'elsewhere'), 0o700)
  })

  it('begins a new segment by size and by age, but never leaves an empty one', async () => {
    const clock = ticking()
    const journal = scratch.open({ segmentBytes: 4_096, segmentMs: 30, tickMs: 5, now: clock.now })
    for (let n = 0; n < 100; n++) request(journal, n)
    await journal.written()
    expect(scratch.segments().length).toBeGreaterThan(2)
    await drain(journal.reader)
    clock.add(31)
    await until(() => scratch.segments().length === 0)
    clock.add(31)
    await clock.pass(10)
    expect(scratch.segments()).toEqual([])
    request(journal, 100)
    await journal.written()
    expect(scratch.segments()).toHaveLength(1)
  })

  it('removes stored segments in order and none before an intent that is still open', async () => {
    const clock = ticking()
    const journal = scratch.open({ segmentBytes: 2_000, tickMs: 5, now: clock.now })
    const slow = journal.intent(idOf(9_999), '{}')
    for (let n = 0; n < 200; n++) request(journal, n)
    await journal.written()
    const before = scratch.segments()
    await drain(journal.reader)
    await clock.pass(10)
    expect(scratch.segments()).toEqual(before)
    journal.outcome(text({ id: idOf(9_999) }), slow)
    await drain(journal.reader)
    await until(() => scratch.segments().length <= 1)
  })

  it('has the position on disk before a segment goes', async () => {
    const journal = scratch.open({ segmentBytes: 2_000, tickMs: 5 })
    for (let n = 0; n < 100; n++) request(journal, n)
    await drain(journal.reader)
    await until(() => scratch.segments().length <= 1)
    const producer = join(scratch.directory, journal.status().producer ?? '')
    expect(await createPositionFile(localDisk, producer).read()).toEqual({
      segment: expect.stringMatching(/^\d+-\d{8}\.wal$/),
      offset: expect.any(Number),
    })
  })

  it('carries intents that hold segments back for too long', async () => {
    let now = 1_000_000
    const journal = scratch.open({ segmentBytes: 2_000, tickMs: 5, now: () => now, progressMs: 1e12 })
    const slow = journal.intent(idOf(9_999), '{"slow":true}')
    for (let n = 0; n < 100; n++) request(journal, n)
    await drain(journal.reader)
    now += 600_001
    await until(() => scratch.segments().length <= 2)
    expect(bytesOf()).toContain(`${idOf(9_999)}{"slow":true}`)
    scratch.crash(journal)
    journal.outcome(text({ id: idOf(9_999) }), slow)
    expect((await drain(journal.reader)).map(({ id }) => id)).toEqual([idOf(9_999)])
    const next = scratch.open(ADOPT)
    await until(() => next.status().adopting === 1)
    expect(await drain(next.reader)).toEqual([{ id: `unknown-${idOf(9_999)}`, lost: true }])
  })

  it('reports a request that runs for too long once, and its outcome all the same', async () => {
    const clock = ticking()
    const journal = scratch.open({ tickMs: 5, now: clock.now, progressMs: 1_000 })
    const slow = journal.intent(idOf(1), '{}')
    clock.add(1_001)
    await until(() => journal.status().unsentEvents === 1)
    clock.add(5_000)
    await clock.pass(10)
    journal.outcome(text({ id: idOf(1) }), slow)
    const running = { id: `progress-${idOf(1)}`, running: true }
    expect(await drain(journal.reader)).toEqual([running, { id: idOf(1) }])
    expect(journal.status().openIntents).toBe(0)
  })

  it('leaves no folder when everything is stored, and may be closed twice', async () => {
    const journal = scratch.open()
    for (let n = 0; n < 10; n++) request(journal, n)
    await drain(journal.reader)
    await journal.close()
    await journal.close()
    expect(readdirSync(scratch.directory)).toEqual([])
    request(journal, 11)
    await turn()
    expect(journal.status().lostEvents).toBe(1)
  })

  it('leaves what is unsent to the next process', async () => {
    const journal = scratch.open()
    for (let n = 0; n < 10; n++) request(journal, n)
    const batch = await journal.reader.read({ events: 4, bytes: 1_000_000 })
    if (batch) await journal.reader.commit(batch)
    await journal.close()
    const next = scratch.open(ADOPT)
    await until(() => next.status().adopting === 1)
    expect((await drain(next.reader)).map(({ id }) => id)).toEqual([4, 5, 6, 7, 8, 9].map(idOf))
    expect(scratch.segments()).toEqual([])
  })

  it('forgets an intent that was cancelled', async () => {
    const journal = scratch.open()
    journal.cancel(journal.intent(idOf(1), '{}'))
    request(journal, 2)
    await journal.written()
    scratch.crash(journal)
    const next = scratch.open(ADOPT)
    await until(() => next.status().adopting === 1)
    expect(await drain(next.reader)).toEqual([{ id: idOf(2) }])
  })

  it('takes a second outcome of one ticket as an event of its own', async () => {
    const journal = scratch.open()
    const ticket = journal.intent(idOf(1), '{}')
    journal.outcome(text({ id: idOf(1) }), ticket)
    journal.outcome(text({ id: idOf(2) }), ticket)
    expect((await drain(journal.reader)).map(({ id }) => id)).toEqual([idOf(1), idOf(2)])
  })

  it('keeps two journals of one process apart', async () => {
    const [one, two] = [scratch.open(), scratch.open()]
    request(one, 1)
    request(two, 2)
    expect(await drain(one.reader)).toEqual([{ id: idOf(1) }])
    expect(await drain(two.reader)).toEqual([{ id: idOf(2) }])
  })
})
