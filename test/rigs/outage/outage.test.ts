import { isUnaffected, type Measured, run } from './outage'

it('loses nothing while Postgres is away, and serves on', async () => {
  const findings = await run({ framework: 'express', seconds: 3, rate: 60, connections: 8, seed: 31 })
  expect(findings).toMatchObject({ lost: 0, duplicated: 0, foreign: 0, wrong: 0, unknown: 0, anomalies: [] })
  expect(findings).toMatchObject({ unserved: 0, unanswered: 0 })
  expect(findings['acknowledged']).toBeGreaterThan(200)
  expect(findings['drainSeconds']).toBeLessThanOrEqual(60)
}, 120_000)

const calm = { requests: 100, p50Ms: 2, p99Ms: 5, slowestMs: 9 }
const good: Measured = { before: calm, during: calm, rssGrownMb: 10, drainSeconds: 2, unserved: 0 }

it.each<[string, Partial<Measured>]>([
  ['a slower request', { during: { ...calm, p99Ms: 6.1 } }],
  ['no requests at all', { during: { ...calm, p99Ms: NaN } }],
  ['memory that grew', { rssGrownMb: 64.1 }],
  ['memory that nobody could see', { rssGrownMb: NaN }],
  ['a journal that did not empty', { drainSeconds: 61 }],
  ['one request that was not served', { unserved: 1 }],
])('does not pass with %s', (_what, change) => {
  expect(isUnaffected(good)).toBe(true)
  expect(isUnaffected({ ...good, ...change })).toBe(false)
})
