import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { createJournal } from '../../../packages/core/src/journal/journal'
import type { Journal } from '../../../packages/core/src/journal/types'
import { type Findings, progress } from '../runner/command'
import { createRandom, type Random } from '../runner/random'
import { type Frame, framesOf } from './frames'
import { type Damage, mistakesIn, type Recovered } from './oracle'

/** Flags of the `corrupt` rig. */
export interface CorruptFlags {
  /** Bit flips and zeroed blocks. */
  readonly damages: number
  /** Requests in the damaged segment; it is cut at every byte. */
  readonly requests: number
  readonly seed: number
}

/** What a producer that died has left: its folder's name and files. */
interface Remains {
  readonly producer: string
  readonly segment: string
  readonly bytes: Buffer
  readonly frames: readonly Frame[]
  /** The position file, and the offset in it: half of the segment is stored. */
  readonly position: { readonly text: string; readonly offset: number }
}

/** One thing done to them. */
interface Blow {
  readonly segment: Buffer
  readonly damage: readonly Damage[]
  /** What the segment holds as far as anybody could know: a cut between two records leaves no trace of the second. */
  readonly frames: readonly Frame[]
  /** Undefined: there is no position file. */
  readonly position: string | undefined
  readonly stored: number
}

const LIMIT = { events: 500, bytes: 1_000_000 }
const WITHIN_MS = 60_000

/**
 * Cuts a journal's segment at every byte, flips bits and zeroes blocks in it and in the position file, and lets a fresh
 * journal recover each: what is sound arrives, what is not is counted, and nothing ends the process.
 */
export async function run(flags: CorruptFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-corrupt-'))
  const mistakes = new Map<string, number>()
  const examples = new Map<string, object>()
  const note = (text: string): unknown => mistakes.set(text, (mistakes.get(text) ?? 0) + 1)
  const crashed = (error: unknown): unknown => note(`crash: ${String(error)}`)
  process.on('uncaughtException', crashed).on('unhandledRejection', crashed)
  try {
    const remains = await record(join(folder, 'recorded'), flags)
    let done = 0
    let lost = 0
    for (const blow of blows(remains, flags)) {
      const directory = join(folder, `blow-${done}`)
      const recovered = await recover(directory, remains, blow).catch((error: unknown) => void crashed(error))
      if (recovered === undefined) continue
      for (const mistake of mistakesIn(blow, blow.damage, recovered)) {
        note(mistake)
        examples.set(mistake, { damage: blow.damage, stored: blow.stored, position: blow.position })
      }
      if (recovered.counted > 0) lost++
      if (++done % 1_000 === 0) progress(`${done} of ${remains.bytes.length + flags.damages} blows`)
    }
    const total = [...mistakes.values()].reduce((sum, count) => sum + count, 0)
    return { pass: total === 0, cuts: remains.bytes.length, damages: flags.damages, recovered: done, withCountedDamage: lost, mistakes: total, ...(total > 0 && { kinds: Object.fromEntries(mistakes), examples: Object.fromEntries(examples) }) } // prettier-ignore
  } finally {
    process.off('uncaughtException', crashed).off('unhandledRejection', crashed)
    rmSync(folder, { recursive: true, force: true })
  }
}

const idOf = (n: number): string => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`

/** Requests with intents and ends, some cancelled, some still open, and events of their own. */
async function record(directory: string, { requests, seed }: CorruptFlags): Promise<Remains> {
  const journal = open(directory, 0)
  const random = createRandom(seed)
  for (let n = 0; n < requests; n++) {
    const id = idOf(n)
    const ticket = journal.intent(id, `{"path":"/things/${n}"}`)
    if (n % 11 === 7) journal.cancel(ticket)
    else if (n % 13 !== 5) journal.outcome(JSON.stringify({ id, note: 'é'.repeat(random.between(0, 40)) }), ticket)
    if (n % 7 === 3) journal.outcome(JSON.stringify({ id: idOf(n + 100_000), note: '}\n{"' }))
  }
  await journal.written()
  const { producer = '' } = journal.status()
  const [segment = ''] = readdirSync(join(directory, producer)).filter((name) => name.endsWith('.wal'))
  const bytes = readFileSync(join(directory, producer, segment))
  const frames = framesOf(bytes)
  const { from: offset } = frames[Math.floor(frames.length / 2)] ?? { from: 0 }
  const position = { offset, text: `${JSON.stringify({ segment, offset, crc32: crc32(`${segment}:${offset}`) })}\n` }
  await journal.close()
  return { producer: producer.replace(/[0-9a-f]{12}$/, '00000000dead'), segment, bytes, frames, position }
}

function* blows(remains: Remains, { damages, seed }: CorruptFlags): Generator<Blow> {
  const { bytes, frames } = remains
  for (let cut = 0; cut < bytes.length; cut++) {
    const isBetween = frames.some(({ from }) => from === cut)
    yield {
      segment: bytes.subarray(0, cut),
      damage: isBetween ? [] : [{ from: cut, to: bytes.length }],
      frames: isBetween ? frames.filter(({ to }) => to <= cut) : frames,
      position: undefined,
      stored: 0,
    }
  }
  const random = createRandom(seed + 1)
  for (let n = 0; n < damages; n++) yield blow(remains, random)
}

const POSITION_ONE_IN = 10

function blow({ bytes, frames, position }: Remains, random: Random): Blow {
  if (random.between(1, POSITION_ONE_IN) === 1) {
    const text = Buffer.from(position.text)
    strike(text, random)
    return { segment: bytes, damage: [], frames, position: text.toString('latin1'), stored: position.offset }
  }
  const segment = Buffer.from(bytes)
  const damage = strike(segment, random)
  const isHalfStored = random.next() < 0.5
  return {
    ...{ segment, damage, frames },
    position: isHalfStored ? position.text : undefined,
    stored: isHalfStored ? position.offset : 0,
  }
}

/** Flips up to three bits, or zeroes a block. */
function strike(bytes: Buffer, random: Random): Damage[] {
  if (random.next() < 0.25) {
    const from = random.between(0, bytes.length - 1)
    const to = Math.min(bytes.length, from + random.pick([1, 4, 16, 64, 512, 4_096]))
    bytes.fill(0, from, to)
    return [{ from, to }]
  }
  return Array.from({ length: random.between(1, 3) }, () => {
    const from = random.between(0, bytes.length - 1)
    bytes.writeUInt8(bytes.readUInt8(from) ^ (1 << random.between(0, 7)), from)
    return { from, to: from + 1 }
  })
}

function open(directory: string, adoptMs: number): Journal {
  return createJournal({
    ...{ directory, adoptMs, mode: 'durable', minFreeBytes: 0 },
    logger: { warn: () => undefined },
    reports: {
      lostIntent: ({ id }) => JSON.stringify({ lost: id }),
      inProgress: () => undefined,
      gap: () => undefined,
    },
  })
}

/** Lays the damaged files out as a dead producer's, and lets a fresh journal read them to their end. */
async function recover(
  directory: string,
  { producer, segment }: Remains,
  { segment: bytes, position }: Blow,
): Promise<Recovered> {
  mkdirSync(join(directory, producer), { recursive: true, mode: 0o700 })
  writeFileSync(join(directory, producer, segment), bytes)
  if (position !== undefined) writeFileSync(join(directory, producer, 'position'), position, 'latin1')
  const journal = open(directory, 3_600_000)
  try {
    const texts: string[] = []
    const deadline = Date.now() + WITHIN_MS
    while (journal.status().adopted === 0 || journal.status().adopting > 0) {
      if (Date.now() > deadline) throw new Error('not recovered within a minute')
      await new Promise((resolve) => setImmediate(resolve))
      texts.push(...(await drain(journal)))
    }
    const { damagedRecords, tornTails, missingSegments } = journal.status()
    const isReport = (text: string): boolean => text.startsWith('{"lost":')
    return {
      texts: texts.filter((text) => !isReport(text)),
      unknown: texts.filter(isReport).map((text) => (JSON.parse(text) as { lost: string }).lost),
      counted: damagedRecords + tornTails + missingSegments,
    }
  } finally {
    await journal.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function drain({ reader }: Journal): Promise<string[]> {
  const texts: string[] = []
  for (let batch = await reader.read(LIMIT); batch; batch = await reader.read(LIMIT)) {
    JSON.parse(batch.payload.toString())
    for (let index = 0; index < batch.events; index++) texts.push(batch.text(index))
    await reader.commit(batch)
  }
  return texts
}
