import { run } from './soak'

it('has every request of a short run in the log, and leaves nothing behind', async () => {
  const findings = await run({ framework: 'express', minutes: 0.1, rate: 100, connections: 8, seed: 21 })
  expect(findings).toMatchObject({ unanswered: 0, unexpected: 0, twice: 0, lost: 0, warnings: [], socketsLeft: 0 })
  expect(findings['inLog']).toBe(findings['sent'])
  expect(findings['sent']).toBeGreaterThan(300)
  expect(findings['timersLeft']).toBeLessThanOrEqual(4)
  expect(findings['descriptorsLeft']).toBeLessThanOrEqual(4)
}, 60_000)
