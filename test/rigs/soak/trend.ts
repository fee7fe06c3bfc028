/** The growth that a straight line through the points has from their first to their last x; least squares. */
export function growth(points: readonly { readonly x: number; readonly y: number }[]): number {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined) return NaN
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const x = mean((point) => point.x)
  const y = mean((point) => point.y)
  const spread = mean((point) => (point.x - x) ** 2)
  if (spread === 0) return 0
  return (mean((point) => (point.x - x) * (point.y - y)) / spread) * (last.x - first.x)
}
