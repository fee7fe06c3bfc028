import { run } from './stream'

it('forty followers, some stalled and some cut off, miss nothing and get nothing twice', async () => {
  const found = await run({ clients: 40, events: 1_200, workspaces: 3, rate: 600, seed: 1 })
  expect(found).toMatchObject({ pass: true, missed: 0, repeated: 0, deliveries: 40 * 400 })
  expect(found['connections']).toBeGreaterThan(50)
}, 60_000)
