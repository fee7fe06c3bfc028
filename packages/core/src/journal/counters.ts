/** What went wrong with what was read, and what was made good; shown by `status()`. */
export interface Counters {
  damagedRecords: number
  tornTails: number
  missingSegments: number
  adopted: number
  unknownEvents: number
  /** Events that a builder of ours refused to make, or that could not even be encoded. */
  refusedEvents: number
}

/** @returns all zero. */
export function createCounters(): Counters {
  return { damagedRecords: 0, tornTails: 0, missingSegments: 0, adopted: 0, unknownEvents: 0, refusedEvents: 0 }
}
