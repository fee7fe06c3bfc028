import { median, rounded } from '../runner/statistics'

/** One step of the sequencer. */
export interface TimedStep {
  /** When it ended, in ms since 1970. */
  readonly at: number
  readonly tookMs: number
  readonly events: number
}

/** How long steps took before somebody held a snapshot, and while it was held. */
export interface Pace {
  readonly steps: number
  readonly beforeP50Ms: number
  readonly heldP50Ms: number
  /** In the last fifth of the time: what is slow because dead rows stay gets slower with time. */
  readonly lastP50Ms: number
  /** The worse of the two, by that before. */
  readonly ratio: number
}

const RATIO_AT_MOST = 1.5
const FED_AT_LEAST = 0.95

/** Compares the steps of both times. */
export function paceOf(before: readonly TimedStep[], held: readonly TimedStep[]): Pace {
  const from = held[0]?.at ?? NaN
  const to = held.at(-1)?.at ?? NaN
  const last = held.filter(({ at }) => at >= to - (to - from) / 5)
  const p50 = (steps: readonly TimedStep[]): number => rounded(median(steps.map(({ tookMs }) => tookMs)), 2)
  const beforeP50Ms = p50(before)
  const [heldP50Ms, lastP50Ms] = [p50(held), p50(last)]
  const ratio = rounded(Math.max(heldP50Ms, lastP50Ms) / beforeP50Ms)
  return { steps: held.length, beforeP50Ms, heldP50Ms, lastP50Ms, ratio }
}

/** Whether the log kept its pace under the rate that was asked for. */
export function keepsPace({ ratio }: Pace, { fed, asked }: { readonly fed: number; readonly asked: number }): boolean {
  return ratio <= RATIO_AT_MOST && fed >= asked * FED_AT_LEAST
}
