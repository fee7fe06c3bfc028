import type { Frame } from './frames'

/** Bytes of a segment that are not what they were, from `from` to before `to`. */
export interface Damage {
  readonly from: number
  readonly to: number
}

/** What a fresh journal made of a damaged one. */
export interface Recovered {
  /** The texts of the events that it handed on. */
  readonly texts: readonly string[]
  /** Ids of the intents that it reported as lost. */
  readonly unknown: readonly string[]
  /** Damaged records, torn tails and missing segments, all together. */
  readonly counted: number
}

/** The first record whose events may be handed on: those before it are stored already. */
export interface Whole {
  readonly frames: readonly Frame[]
  readonly stored: number
}

const touches =
  (damage: readonly Damage[]) =>
  (frame: Frame): boolean =>
    damage.some(({ from, to }) => from < frame.to && to > frame.from)

/**
 * What is wrong with a recovery, in words; empty when nothing is. Every event that no damage touches is handed on once,
 * nothing is handed on that was never written, an intent that lost its end is reported, and no loss goes uncounted.
 */
export function mistakesIn({ frames, stored }: Whole, damage: readonly Damage[], recovered: Recovered): string[] {
  const isTouched = touches(damage)
  const events = frames.filter(({ kind }) => kind === 'event')
  const known = new Set(events.map(({ text }) => text))
  const found = new Map<string, number>()
  for (const text of recovered.texts) found.set(text, (found.get(text) ?? 0) + 1)
  const due = events.filter(({ from }) => from >= stored)
  const lost = due.filter(({ text }) => !found.has(text))
  const mistakes: string[] = []
  if (recovered.texts.some((text) => !known.has(text))) mistakes.push('an event that was never written')
  if ([...found.values()].some((times) => times > 1)) mistakes.push('an event twice')
  if (lost.some((frame) => !isTouched(frame))) mistakes.push('an event that no damage touched is lost')
  if (lost.length > 0 && recovered.counted === 0) mistakes.push('a loss that is not counted')
  return [...mistakes, ...mistakesInIntents({ frames, stored }, { isTouched, found, recovered })]
}

interface Seen {
  readonly isTouched: (frame: Frame) => boolean
  readonly found: ReadonlyMap<string, number>
  readonly recovered: Recovered
}

function mistakesInIntents({ frames, stored }: Whole, { isTouched, found, recovered }: Seen): string[] {
  const mistakes: string[] = []
  const unknown = new Set(recovered.unknown)
  if (unknown.size < recovered.unknown.length) mistakes.push('an intent reported twice')
  for (const intent of frames.filter(({ kind }) => kind === 'intent')) {
    const end = frames.find((one) => one !== intent && one.intent === intent.intent)
    const isReported = unknown.delete(intent.intent ?? '')
    if (end !== undefined && !isTouched(end) && isReported) mistakes.push('an intent reported whose end is there')
    // An end that was stored before is not handed on again: whether it could be read does not show.
    const hasNoEnd = end === undefined || (end.from >= stored && isTouched(end) && !found.has(end.text))
    if (hasNoEnd && !isTouched(intent) && !isReported && end?.kind !== 'cancel') {
      mistakes.push('an intent without an end that nobody reports')
    }
  }
  if (unknown.size > 0) mistakes.push('an intent reported that was never written')
  return mistakes
}
