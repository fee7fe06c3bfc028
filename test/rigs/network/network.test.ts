import { createRandom } from '../runner/random'
import { FAULTS } from './faults'
import { courseOf, isUnaffected, type Measured, run } from './network'

it('loses nothing and doubles nothing on a network that resets, delays and cuts to pieces', async () => {
  const flags = { framework: 'express', faults: 4, only: 'reset,latency,slices,refused', longest: 1 }
  const findings = await run({ ...flags, rate: 60, connections: 8, seed: 41 })
  expect(findings).toMatchObject({ lost: 0, duplicated: 0, foreign: 0, wrong: 0, unknown: 0, anomalies: [] })
  expect(findings).toMatchObject({ unserved: 0, unanswered: 0 })
  expect(findings['acknowledged']).toBeGreaterThan(200)
}, 180_000)

it('plays each kind as often as the others, and as many as it was told', () => {
  const course = courseOf(createRandom(7), { faults: FAULTS.length * 3, only: '' })
  for (const fault of FAULTS) expect(course.filter((one) => one === fault)).toHaveLength(3)
  expect(courseOf(createRandom(7), { faults: 5, only: 'latency,slices' })).toHaveLength(5)
})

const calm = { requests: 100, p50Ms: 2, p99Ms: 5, slowestMs: 9 }
const good: Measured = { before: calm, during: calm, drainSeconds: 2, resets: 3, unserved: 0 }

it.each<[string, Partial<Measured>]>([
  ['slower requests', { during: { ...calm, p99Ms: 15.1 } }],
  ['no requests at all', { during: { ...calm, p99Ms: NaN } }],
  ['a journal that did not empty', { drainSeconds: 121 }],
  ['one request that was not served', { unserved: 1 }],
])('does not pass with %s', (_what, change) => {
  expect(isUnaffected(good)).toBe(true)
  expect(isUnaffected({ ...good, ...change })).toBe(false)
})
