const HEX3 = Array.from({ length: 4096 }, (_, value) => value.toString(16).padStart(3, '0'))
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const PREFIX = 'evt_'
const POOL_BYTES = 6 * 1024
const COUNTER_LIMIT = 0x40000
const CLOCK_MAY_FALL_BACK_MS = 10_000

/** Makes event ids: each call of `next()` answers a new UUIDv7 in lower-case text, greater than the one before. */
export interface Ids {
  next(): string
}

/**
 * Makes a source of UUIDv7 ids (RFC 9562, method 1: an 18-bit counter seeded anew each millisecond, then 56 random
 * bits). Ids of one source only grow, also while the clock falls back by up to ten seconds; a larger fall is followed,
 * since an id carries its time. Random bytes are drawn in pools of 6 KB, which is what makes `next()` cheap.
 *
 * @param now milliseconds since 1970; default the system clock
 * @param random fills the bytes given; default the platform's cryptographic generator
 */
export function createIds(now: () => number = systemClock, random: FillRandom = fillRandom): Ids {
  const twelveBits = createTwelveBits(random)
  let lastMs = -1
  let counter = 0
  let prefix = ''

  function startMillisecond(ms: number): void {
    lastMs = ms
    // The top bit starts at zero, so that even the highest seed leaves 131,072 ids to this millisecond.
    counter = (twelveBits() << 5) | (twelveBits() & 31)
    const time = ms.toString(16).padStart(12, '0')
    prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`
  }

  function next(): string {
    const ms = now()
    if (ms > lastMs || ms < lastMs - CLOCK_MAY_FALL_BACK_MS) startMillisecond(ms)
    else if (++counter >= COUNTER_LIMIT) startMillisecond(lastMs + 1)
    const eightBits = twelveBits() & 0xff
    const variant = 0x800 | ((counter & 63) << 4) | (eightBits >> 4)
    const counted = `${hex3(counter >> 6)}-${hex3(variant)}${hex3(eightBits).charAt(2)}`
    return `${prefix}${counted}-${hex3(twelveBits())}${hex3(twelveBits())}${hex3(twelveBits())}${hex3(twelveBits())}`
  }

  return { next }
}

/** Fills all of the bytes given. */
type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => void

const systemClock = Date.now
const fillRandom: FillRandom = (bytes) => void crypto.getRandomValues(bytes)

function createTwelveBits(random: FillRandom): () => number {
  const pool = new Uint16Array(new ArrayBuffer(POOL_BYTES))
  const bytes = new Uint8Array(pool.buffer)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      random(bytes)
      used = 0
    }
    return (pool[used++] ?? 0) & 0xfff
  }
}

function hex3(value: number): string {
  return HEX3[value] ?? '000'
}

/** The form of an id that users see: `evt_` and the UUID. */
export function showId(uuid: string): string {
  return PREFIX + uuid
}

/**
 * Reads an id in either form, in any case, of any UUID version, and answers the lower-case UUID; `undefined` when the
 * text is not an id.
 */
export function readId(text: string): string | undefined {
  const lower = text.toLowerCase()
  const uuid = lower.startsWith(PREFIX) ? lower.slice(PREFIX.length) : lower
  return UUID.test(uuid) ? uuid : undefined
}

/** Whether a lower-case UUID is of version 7 and therefore carries its time. */
export function carriesTime(uuid: string): boolean {
  return uuid[14] === '7' && '89ab'.includes(uuid[19] ?? '')
}

/** The milliseconds since 1970 that a UUIDv7 carries. Meaningless for other versions: ask {@link carriesTime} first. */
export function timeOfId(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16)
}

/** Two reports on one intent that need ids of their own: a lost outcome, and a request still running. */
export type LinkPurpose = 'unknown' | 'progress'

// Random constants; changing one changes the ids that recovery gives, and with them what it recognises as done before.
const MASKS: Readonly<Record<LinkPurpose, string>> = {
  unknown: '5c19e07a3b64d2f81e9',
  progress: '2e83b95d70c1a64f3b7',
}

/**
 * The id of an event that reports on another one's intent: the same for the same arguments, with the same time, never
 * the same for two ids or two purposes. The random digits are combined with a constant of the purpose, which keeps
 * them as unique as they were.
 */
export function linkedId(uuid: string, purpose: LinkPurpose): string {
  const mask = MASKS[purpose]
  const digits = uuid.slice(15, 18) + uuid.slice(20, 23) + uuid.slice(24)
  let mixed = ''
  for (let at = 0; at < digits.length; at++) {
    mixed += (Number.parseInt(digits[at]!, 16) ^ Number.parseInt(mask[at]!, 16)).toString(16)
  }
  return `${uuid.slice(0, 15)}${mixed.slice(0, 3)}-${uuid[19]}${mixed.slice(3, 6)}-${mixed.slice(6)}`
}
