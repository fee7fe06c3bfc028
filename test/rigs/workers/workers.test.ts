import { areAdopted, run } from './workers'

it('loses nothing and doubles nothing when workers are killed in turn', async () => {
  const findings = await run({ framework: 'express', kills: 2, up: 800, rate: 100, connections: 8, seed: 61 })
  expect(findings).toMatchObject({ lost: 0, duplicated: 0, foreign: 0, wrong: 0, anomalies: [], refused: 0, kills: 2 })
  expect(findings['slowestAdoption']).toBeLessThanOrEqual(12)
  expect(findings['acknowledged']).toBeGreaterThan(100)
}, 180_000)

it('does not pass when one journal had to wait, nor when none was orphaned', () => {
  expect(areAdopted([0.2, 9.9])).toBe(true)
  expect(areAdopted([0.2, 10.1])).toBe(false)
  expect(areAdopted([])).toBe(false)
})
