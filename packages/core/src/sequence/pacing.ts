/** How often the sequencer steps, in ms. Few large steps: each leaves dead rows, and costs the log's readers a little. */
export interface Pacing {
  /** The shortest wait after a step; default 25. */
  readonly minWaitMs: number
  /** The longest wait after a step; default 1,000. */
  readonly maxWaitMs: number
  /** The longest wait between two looks into an empty inbox; default 1,500. */
  readonly maxIdleMs: number
  /** With this many events waiting the next step follows at once; default 4,000. */
  readonly fullStep: number
}

/** What is used where nothing else is said. */
export const PACING: Pacing = { minWaitMs: 25, maxWaitMs: 1_000, maxIdleMs: 1_500, fullStep: 4_000 }

/** The wait after a step that took `tookMs`: four times as long, unless another full step is waiting. */
export function waitAfterStep(pacing: Pacing, tookMs: number, waiting: number): number {
  if (waiting >= pacing.fullStep) return 0
  return Math.min(pacing.maxWaitMs, Math.max(pacing.minWaitMs, 4 * tookMs))
}

/** The wait after the inbox was found empty, when the wait before was `lastMs`: twice as long. */
export function waitWhileIdle(pacing: Pacing, lastMs: number): number {
  return Math.min(pacing.maxIdleMs, Math.max(pacing.minWaitMs, 2 * lastMs))
}
