import { run } from './outcomes'

it('finds exactly its events for every way in which a request can go', async () => {
  const findings = await run({ framework: 'express', times: 5, width: 5 })
  expect(findings).toMatchObject({ pass: true, mistakes: 0 })
  expect(findings['classes']).toBeGreaterThanOrEqual(20)
}, 60_000)
