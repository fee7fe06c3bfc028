import { run } from './disk'

const flags = { framework: 'express', size: 1, losses: 20, connections: 8, seed: 81 }

it('serves on with a full disk and Postgres away, and tells exactly what it lost', async () => {
  const { full } = await run({ ...flags, only: 'full' })
  expect(full).toMatchObject({ kind: 'played', unserved: 0, duplicated: 0, foreign: 0, wrong: 0, wrongAccounts: [] })
  const { missing, counted, reported } = full as Record<string, number>
  expect(missing).toBeGreaterThanOrEqual(20)
  expect([counted, reported]).toEqual([missing, missing])
}, 240_000)

it('refuses in mode strict before the handler, and loses nothing', async () => {
  const { strict } = await run({ ...flags, only: 'strict' })
  expect(strict).toMatchObject({
    kind: 'played',
    unserved: 0,
    lost: 0,
    duplicated: 0,
    foreign: 0,
    refusedAfterHandler: 0,
  })
  expect((strict as Record<string, number>)['refused']).toBeGreaterThanOrEqual(20)
}, 240_000)
