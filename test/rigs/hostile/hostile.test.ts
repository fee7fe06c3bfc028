import { run } from './hostile'

it('keeps or refuses each of a thousand hostile events, and harms none beside them', async () => {
  // How long a call may take is a matter of the long run: here a test beside it may take the processor.
  const findings = await run({ events: 1_000, block: 2_000, seed: 3 })
  expect(findings).toMatchObject({ pass: true, lost: 0, thrown: 0, harmed: 0, unclean: 0, prototypesChanged: false })
  expect(findings['plain']).toBeGreaterThan(150)
}, 60_000)
