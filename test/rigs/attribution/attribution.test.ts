import { FRAMEWORKS } from '../../conformance/frameworks'
import { run } from './attribution'

it.each(FRAMEWORKS)(
  'mistakes no request for another among two thousand (%s)',
  async (framework) => {
    const flags = { framework, requests: 2_000, actors: 200, connections: 64, seed: 30 }
    expect(await run(flags)).toMatchObject({ pass: true, misattributed: 0, foreign: 0, unanswered: 0 })
  },
  60_000,
)
