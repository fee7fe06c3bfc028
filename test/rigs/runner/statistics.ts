/** The middle value, or the mean of the two in the middle; `NaN` of nothing. */
export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** Linear interpolation between the two nearest ranks; `NaN` of nothing. @param percent 0 to 100 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = ((sorted.length - 1) * percent) / 100
  const below = sorted[Math.floor(rank)] ?? NaN
  const above = sorted[Math.ceil(rank)] ?? NaN
  return below + (above - below) * (rank - Math.floor(rank))
}

/** Rounds for print, three digits after the point unless told otherwise. */
export function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits))
}
