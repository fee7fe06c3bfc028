import { run } from './crash'

it('keeps every acknowledged request through three kills', async () => {
  const findings = await run({ framework: 'express', kills: 3, connections: 16, up: 1_000, rate: 0, seed: 20 })
  expect(findings).toMatchObject({
    ...{ lost: 0, duplicated: 0, foreign: 0, wrong: 0, anomalies: [] },
    ...{ rowWithoutEvent: 0, eventWithoutRow: 0, rowWithoutRequest: 0 },
  })
  expect(findings['acknowledged']).toBeGreaterThan(50)
  expect(findings['rows']).toBeGreaterThan(5)
  // The share of unknown ones is a matter of the long run; here a kill may cost one.
  expect(findings['unknown']).toBeLessThanOrEqual(6)
}, 60_000)
