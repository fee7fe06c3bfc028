import { run } from './host'
import { HOSTS } from './served'

/** Both platforms of Nest share what asks a declaration: one fault of it is enough here. The long runs play all. */
const PLAYED: Readonly<Record<string, { readonly only: string; readonly faults: number }>> = {
  'nest-express': { only: 'resource rejects', faults: 1 },
  'nest-fastify': { only: 'no fault', faults: 0 },
}

it.each(HOSTS)(
  'lets no fault of a callback reach the host, and leaves each response as it is (%s)',
  async (framework) => {
    const { only, faults } = PLAYED[framework] ?? { only: 'actor', faults: 4 }
    const flags = { framework, times: 2, handlers: 120, only, seed: 9 }
    expect(await run(flags)).toMatchObject({ pass: true, faults, faultsThatReachTheHost: 0, differentResponses: 0 })
  },
  60_000,
)
