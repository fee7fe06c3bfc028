import { run } from './corrupt'

it('loses nothing but what was damaged, and counts it', async () => {
  expect(await run({ requests: 3, damages: 100, seed: 8 })).toMatchObject({ pass: true, mistakes: 0 })
}, 60_000)
