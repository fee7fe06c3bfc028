import fc from 'fast-check'
import { growth } from './trend'

it('is what a straight line grows by, wherever its points are', () => {
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 2, max: 40 }), (slope, count) => {
      const points = Array.from({ length: count }, (_, x) => ({ x, y: 1_000 + slope * x }))
      expect(growth(points)).toBeCloseTo(slope * (count - 1), 6)
    }),
  )
})

it('does not see growth in a saw whose teeth stay', () => {
  const points = Array.from({ length: 400 }, (_, x) => ({ x, y: (x % 20) * 10 }))
  expect(Math.abs(growth(points))).toBeLessThan(30)
})

it('is nothing for a single moment, and unknown for none', () => {
  expect(growth([{ x: 3, y: 5 }])).toBe(0)
  expect(growth([])).toBeNaN()
})
