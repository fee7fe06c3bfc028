import { run } from './badinput'

it('refuses six hundred bad requests by name, and fails at none', async () => {
  // What a heap has grown by shows in the long run only.
  expect(await run({ requests: 600, connections: 8, heap: 1_000, seed: 4 })).toMatchObject({ pass: true, mistakes: 0 })
}, 60_000)
