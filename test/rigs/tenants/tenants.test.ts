import { run } from './tenants'

it('shows no row of another tenant to a thousand requests for one', async () => {
  expect(await run({ requests: 1_000, connections: 8, seed: 5 })).toMatchObject({ pass: true, leaks: 0 })
}, 60_000)
