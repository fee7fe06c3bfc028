import { run } from './secrets'

it('keeps none of three hundred secrets, wherever they were laid', async () => {
  expect(await run({ canaries: 300, seed: 6 })).toMatchObject({ pass: true, leaks: 0, blind: [] })
}, 60_000)
