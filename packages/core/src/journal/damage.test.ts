import fc from 'fast-check'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  ADOPT,
  createScratch,
  drain,
  idOf,
  request,
  type Scratch,
  text,
  type TestEvent,
  until,
} from '../../../../test/journal/scratch'
import { Arena } from './arena'
import { joinFrames } from './batch'
import { hostPart } from './producer-folder'
import { CANCEL, createCursor, EVENT, type FrameCursor, type FrameType, INTENT, OUTCOME, readFrame } from './frames'

interface Frame {
  readonly type: FrameType
  readonly text: string
}

const ALL = { events: 1e9, bytes: 1e9 }
const NOT_JSON_ARRAY = /^\[.*\]$/s

const frame = fc.oneof(
  fc.record({
    type: fc.constantFrom(OUTCOME, EVENT),
    text: fc.json({ noUnicodeString: false }).map((json) => `{"e":${json}}`),
  }),
  fc.record({ type: fc.constant(INTENT), text: fc.constant('{"path":"/a"}') }),
  fc.record({ type: fc.constant(CANCEL), text: fc.constant('') }),
) as fc.Arbitrary<Frame>

function encode(frames: readonly Frame[]): { bytes: Buffer; ends: number[] } {
  const arena = new Arena(64)
  const ends = frames.map(({ type, text: json }, n) => {
    arena.put(type, json, type === EVENT ? undefined : idOf(n))
    return arena.end
  })
  return { bytes: Buffer.from(arena.buffer.subarray(0, arena.end)), ends }
}

const isEvent = ({ type }: Frame): boolean => type === OUTCOME || type === EVENT

function decode(bytes: Buffer): { texts: string[]; damagedRecords: number; end: string } {
  const { batch, damagedRecords, end } = joinFrames(
    { buffer: Buffer.from(bytes), from: 0, limit: bytes.length, check: true },
    ALL,
  )
  expect(batch.payload.toString()).toMatch(NOT_JSON_ARRAY)
  JSON.parse(batch.payload.toString())
  return { texts: Array.from({ length: batch.events }, (_, n) => batch.text(n)), damagedRecords, end }
}

const textsOf = (frames: readonly Frame[]): string[] => frames.filter(isEvent).map((one) => one.text)

describe('frames', () => {
  it('read back as they were written, joined into one JSON array', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 30 }), (frames) => {
        const { bytes } = encode(frames)
        expect(decode(bytes)).toEqual({ texts: textsOf(frames), damagedRecords: 0, end: 'limit' })
      }),
    )
  })

  it('cut at any byte give everything before the cut and nothing else', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 4 }), (frames) => {
        const { bytes, ends } = encode(frames)
        for (let cut = 0; cut < bytes.length; cut++) {
          const whole = frames.filter((_, n) => (ends[n] ?? 0) <= cut)
          expect(decode(bytes.subarray(0, cut)).texts).toEqual(textsOf(whole))
        }
      }),
      { numRuns: 20 },
    )
  })

  it('with one bit flipped lose at most that record, and count it', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 12 }), fc.nat(), fc.nat(7), (frames, place, bit) => {
        const { bytes, ends } = encode(frames)
        const at = place % bytes.length
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at)
        const hit = ends.findIndex((end) => at < end)
        const { texts, damagedRecords, end } = decode(bytes)
        const spared = textsOf(frames.filter((_, n) => n !== hit))
        // A flip in the newline harms nothing.
        if (texts.length > spared.length) return expect(texts).toEqual(textsOf(frames))
        expect(texts).toEqual(spared)
        const newline = at === (ends[hit] ?? 0) - 1
        expect(damagedRecords + (end === 'limit' ? 0 : 1)).toBe(newline ? 0 : 1)
        return undefined
      }),
      { numRuns: 300 },
    )
  })

  it('with a block zeroed lose no more than what the block touches', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 3, maxLength: 20 }), fc.nat(), fc.nat(200), (frames, place, length) => {
        const { bytes, ends } = encode(frames)
        const from = place % bytes.length
        bytes.fill(0, from, Math.min(from + length, bytes.length))
        const untouched = frames.filter((_, n) => (ends[n] ?? 0) <= from || (ends[n - 1] ?? 0) >= from + length)
        const { texts } = decode(bytes)
        for (const spared of textsOf(untouched)) expect(texts).toContain(spared)
        expect(texts.length).toBeLessThanOrEqual(textsOf(frames).length)
      }),
      { numRuns: 300 },
    )
  })

  it('cannot be forged by what a client sends', () => {
    const forged = new Arena(64)
    forged.put(EVENT, '{"forged":true}')
    const bytes = forged.buffer.subarray(0, forged.end)
    const { bytes: honest } = encode([{ type: EVENT, text: JSON.stringify({ note: bytes.toString('latin1') }) }])
    honest.writeUInt8(honest.readUInt8(5) ^ 1, 5)
    expect(decode(honest).texts).toEqual([])
  })

  it('never make the reader fail, whatever bytes it is given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(400), (noise, at) => {
        const cursor: FrameCursor = createCursor()
        const buffer = Buffer.from(noise)
        readFrame(buffer, cursor, { at: Math.min(at, buffer.length), limit: buffer.length, check: true })
        decode(buffer)
      }),
      { numRuns: 300 },
    )
  })
})

describe('recovery of a damaged segment', () => {
  let scratch: Scratch
  beforeEach(() => (scratch = createScratch()))
  afterEach(() => scratch.remove())

  /** A dead producer with one segment of these bytes. */
  function leave(bytes: Buffer, n = 0): string {
    const name = `${hostPart()}_00000000_${String(n).padStart(12, '0')}`
    mkdirSync(join(scratch.directory, name), { mode: 0o700, recursive: true })
    writeFileSync(join(scratch.directory, name, '1700000000000-00000001.wal'), bytes)
    return join(scratch.directory, name)
  }

  async function recorded(requests: number): Promise<Buffer> {
    const other = createScratch()
    const journal = other.open()
    for (let n = 0; n < requests; n++) request(journal, n)
    await journal.written()
    const bytes = readFileSync(join(other.directory, other.segments()[0] ?? ''))
    await other.remove()
    return bytes
  }

  it('sends what is sound, reports what is not, and keeps the file for people', async () => {
    const bytes = await recorded(50)
    bytes.fill(0, 1_000, 1_100)
    leave(bytes)
    const journal = scratch.open(ADOPT)
    await until(() => journal.status().adopting === 1)
    const events = await drain(journal.reader)
    const { damagedRecords, adopting } = journal.status()
    expect(damagedRecords).toBeGreaterThan(0)
    expect(adopting).toBe(0)
    expect(events.filter(({ lost }) => !lost).length).toBeGreaterThanOrEqual(47)
    expect(events.filter(({ lost }) => lost).length).toBeLessThanOrEqual(3)
    expect(readdirSync(join(scratch.directory, 'damaged'))).toHaveLength(1)
  })

  it('reports each intent whose outcome is cut off, once', async () => {
    const bytes = await recorded(3)
    const third = bytes.lastIndexOf(text({ id: idOf(2) }))
    leave(bytes.subarray(0, third + 5))
    const journal = scratch.open(ADOPT)
    await until(() => journal.status().adopting === 1)
    const events: TestEvent[] = await drain(journal.reader)
    expect(events).toEqual([{ id: idOf(0) }, { id: idOf(1) }, { id: `unknown-${idOf(2)}`, lost: true }])
    expect(journal.status()).toMatchObject({ tornTails: 1, damagedRecords: 0, unknownEvents: 1 })
  })

  it('sends everything again when the position makes no sense', async () => {
    const bytes = await recorded(10)
    for (const position of [
      '',
      '{"segment":7}',
      '{"segment":"1700000000000-00000001.wal","offset":900,"crc32":1}',
      'null',
    ]) {
      writeFileSync(join(leave(bytes), 'position'), position)
      const journal = scratch.open(ADOPT)
      await until(() => journal.status().adopting === 1)
      const ids = (await drain(journal.reader)).map(({ id }) => id)
      expect(ids).toEqual(Array.from({ length: 10 }, (_, n) => idOf(n)))
      await journal.close()
    }
  })

  it('takes its turn when there are many', async () => {
    const bytes = await recorded(3)
    for (let n = 0; n < 30; n++) leave(bytes, n)
    const journal = scratch.open(ADOPT)
    await until(async () => {
      expect((await drain(journal.reader)).length % 3).toBe(0)
      return journal.status().adopted === 30 && journal.status().adopting === 0
    })
    expect(readdirSync(scratch.directory)).toEqual([journal.status().producer])
  })
})
