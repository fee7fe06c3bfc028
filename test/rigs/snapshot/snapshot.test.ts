import { run } from './snapshot'

it('puts everything into the log while a snapshot is held elsewhere', async () => {
  const findings = await run({ minutes: 0.05, rate: 200, seed: 71 })
  expect(findings).toMatchObject({ anomalies: [] })
  expect(findings['inLog']).toBe(findings['appended'])
  expect(findings['steps']).toBeGreaterThan(2)
}, 120_000)
