import { run } from './host'
import { HOSTS } from './served'

it.each(HOSTS)(
  'lets no fault of a callback reach the host, and leaves each response as it is (%s)',
  async (framework) => {
    const flags = { framework, times: 2, handlers: 120, only: 'actor', seed: 9 }
    expect(await run(flags)).toMatchObject({ pass: true, faults: 4, faultsThatReachTheHost: 0, differentResponses: 0 })
  },
  60_000,
)
