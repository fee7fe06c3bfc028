import type { Gap, GapReason } from './types'

/** How much of each kind was lost so far. */
export type Losses = Readonly<Record<GapReason, number>>

/** What the gaps of this process's own journal are found by, and told to. */
export interface GapsDeps {
  readonly now: () => number
  readonly producer: () => string
  readonly losses: () => Losses
  /** @returns whether the report has been kept; else it is made again, with what was lost since. */
  readonly report: (gap: Gap) => boolean
}

/** Looks for losses and reports each gap once. */
export interface Gaps {
  /** Reports what has come to its end. Called once a tick. */
  look(): void
  /** Reports everything, since nothing comes after. */
  close(): void
}

/** A gap that does not end is reported in pieces of this many ms. */
const MAX_GAP_MS = 60_000

interface Watched {
  readonly reason: GapReason
  reported: number
  seen: number
  from: number
}

/** A gap begins with the first loss since the last report, and ends with the first tick that brings no further loss. */
export function createGaps({ now, producer, losses, report }: GapsDeps): Gaps {
  const from = now()
  const reasons: readonly GapReason[] = ['no-room', 'refused', 'damaged', 'missing']
  const watched = reasons.map((reason): Watched => ({ reason, reported: 0, seen: 0, from }))

  function lookAt(watch: Watched, lost: number, isLast: boolean): void {
    const to = now()
    const goesOn = lost > watch.seen && to - watch.from < MAX_GAP_MS
    watch.seen = lost
    if (lost === watch.reported) watch.from = to
    if (lost === watch.reported || (goesOn && !isLast)) return
    const { reason, reported } = watch
    const counted = reason === 'damaged' ? 'records' : 'events'
    if (!report({ producer: producer(), reason, count: lost - reported, counted, from: watch.from, to })) return
    watch.reported = lost
    watch.from = to
  }

  function lookAtAll(isLast: boolean): void {
    const all = losses()
    for (const watch of watched) lookAt(watch, all[watch.reason], isLast)
  }

  return { look: () => lookAtAll(false), close: () => lookAtAll(true) }
}
