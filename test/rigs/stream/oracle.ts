/** What was wrong with what one follower had. */
export interface Faults {
  readonly missed: number
  readonly repeated: number
  readonly disordered: number
}

/**
 * Compares what a follower had with what was recorded, which the rig knows without asking the trail: the numbers from 0
 * up to `each`, in order.
 */
export function faultsOf(had: readonly number[], each: number): Faults {
  const seen = new Set<number>()
  let repeated = 0
  let disordered = 0
  let highest = -1
  for (const n of had) {
    if (seen.has(n)) repeated++
    else if (n < highest) disordered++
    seen.add(n)
    highest = Math.max(highest, n)
  }
  let missed = 0
  for (let n = 0; n < each; n++) if (!seen.has(n)) missed++
  return { missed, repeated, disordered }
}
