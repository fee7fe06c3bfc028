import { FRAMEWORKS } from '../../conformance/frameworks'
import { run } from './outcomes'

it.each(FRAMEWORKS)(
  'finds exactly its events for every way in which a request can go (%s)',
  async (framework) => {
    const findings = await run({ framework, times: 5, width: 5 })
    expect(findings).toMatchObject({ pass: true, mistakes: 0 })
    expect(findings['classes']).toBeGreaterThanOrEqual(20)
  },
  60_000,
)
