import { run } from './attribution'

it('mistakes no request for another among two thousand', async () => {
  const flags = { framework: 'express', requests: 2_000, actors: 200, connections: 64, seed: 30 }
  expect(await run(flags)).toMatchObject({ pass: true, misattributed: 0, foreign: 0, unanswered: 0 })
}, 60_000)
