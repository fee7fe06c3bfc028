import { median, rounded } from '../runner/statistics'

/** One step of the sequencer. */
export interface TimedStep {
  /** When it ended, in ms since 1970. */
  readonly at: number
  readonly tookMs: number
  readonly events: number
}

/** The steps of a log beside whose transactions a snapshot was held from some time on, and of one without. */
export interface Course {
  readonly before: readonly TimedStep[]
  readonly held: readonly TimedStep[]
  /** Of the other log, in the same time. */
  readonly free: readonly TimedStep[]
}

/** How long steps took. A log that grows has larger indexes, and checkpoints: the free one tells how much that makes. */
export interface Pace {
  readonly steps: number
  readonly beforeP50Ms: number
  readonly heldP50Ms: number
  readonly freeP50Ms: number
  /** In the last fifth of the time: what is slow because dead rows stay gets slower with time. */
  readonly heldLastP50Ms: number
  readonly freeLastP50Ms: number
  /** Held by before. */
  readonly ofBefore: number
  /** Held by free, the worse of all of the time and its last fifth. */
  readonly ofFree: number
}

const RATIO_AT_MOST = 1.5
const FED_AT_LEAST = 0.95

/** Compares the steps of both logs. */
export function paceOf({ before, held, free }: Course): Pace {
  const from = held[0]?.at ?? NaN
  const to = held.at(-1)?.at ?? NaN
  const last = (steps: readonly TimedStep[]) => steps.filter(({ at }) => at >= to - (to - from) / 5)
  const p50 = (steps: readonly TimedStep[]): number => rounded(median(steps.map(({ tookMs }) => tookMs)), 2)
  const [beforeP50Ms, heldP50Ms, freeP50Ms] = [p50(before), p50(held), p50(free)]
  const [heldLastP50Ms, freeLastP50Ms] = [p50(last(held)), p50(last(free))]
  const ofBefore = rounded(heldP50Ms / beforeP50Ms)
  const ofFree = rounded(Math.max(heldP50Ms / freeP50Ms, heldLastP50Ms / freeLastP50Ms))
  return { steps: held.length, beforeP50Ms, heldP50Ms, freeP50Ms, heldLastP50Ms, freeLastP50Ms, ofBefore, ofFree }
}

/** Whether the log kept its pace under the rate that was asked for. */
export function keepsPace(
  { ofBefore, ofFree }: Pace,
  { fed, asked }: { readonly fed: number; readonly asked: number },
): boolean {
  return ofBefore <= RATIO_AT_MOST && ofFree <= RATIO_AT_MOST && fed >= asked * FED_AT_LEAST
}
