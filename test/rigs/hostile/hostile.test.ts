import { run } from './hostile'

it('keeps or refuses each of six hundred hostile events, and harms none beside them', async () => {
  // How long a call may take is a matter of the long run: here a test beside it may take the processor.
  const findings = await run({ events: 600, block: 5_000, seed: 3 })
  expect(findings).toMatchObject({ pass: true, lost: 0, thrown: 0, harmed: 0, unclean: 0, prototypesChanged: false })
  expect(findings['plain']).toBeGreaterThan(90)
}, 60_000)
