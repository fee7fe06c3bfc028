import { areInTime, type End, run } from './stop'

it('loses nothing when the process ends, in each of its ways', async () => {
  const findings = await run({ framework: 'express', times: 1, up: 500, connections: 8, seed: 51 })
  expect(findings).toMatchObject({ lost: 0, duplicated: 0, foreign: 0, wrong: 0, anomalies: [], ends: 3 })
  expect(findings['slowestMs']).toBeLessThanOrEqual(5_000)
  expect(findings['acknowledged']).toBeGreaterThan(50)
}, 180_000)

it('does not pass when one process stays for longer, nor when none ended', () => {
  const end: End = { way: 'SIGTERM', place: 'there', tookMs: 4_900 }
  expect(areInTime([end, end])).toBe(true)
  expect(areInTime([end, { ...end, tookMs: 5_001 }])).toBe(false)
  expect(areInTime([])).toBe(false)
})
