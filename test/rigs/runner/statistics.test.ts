import { createRandom } from './random'
import { median, percentile, rounded } from './statistics'

it('finds the middle of an odd and of an even number of values', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([9, 1, 5, 6])).toBe(5.5)
  expect(median([])).toBeNaN()
})

it('finds percentiles between the ranks', () => {
  expect(percentile([0, 10, 20, 30, 40], 0)).toBe(0)
  expect(percentile([0, 10, 20, 30, 40], 99)).toBeCloseTo(39.6)
  expect(rounded(1.23456)).toBe(1.235)
})

it('gives the same randomness for the same seed, spread over its range', () => {
  const draw = (seed: number) => Array.from({ length: 1_000 }, createRandom(seed).next)
  expect(draw(5)).toEqual(draw(5))
  expect(draw(5)).not.toEqual(draw(6))
  expect(median(draw(5))).toBeCloseTo(0.5, 1)
  const { between, shuffle } = createRandom(5)
  expect(new Set(Array.from({ length: 200 }, () => between(1, 3)))).toEqual(new Set([1, 2, 3]))
  expect(shuffle([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4])
})
