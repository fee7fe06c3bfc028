import type { Check } from './check'
import { runChecks, type Judged } from './run'

const mode = { update: false }
const passing = (name: string, more: Partial<Check> = {}): Check => ({
  name,
  asks: `${name} holds`,
  run: () => Promise.resolve({ problems: [] }),
  ...more,
})
const failing = (name: string): Check =>
  passing(name, { run: () => Promise.resolve({ problems: [`${name} is broken`] }) })
const run = (checks: Check[]): Promise<Judged[]> =>
  runChecks(checks, { mode, workers: 2, builder: 'build', report: () => undefined })

test('every check is judged once', async () => {
  const judged = await run([passing('build'), passing('lint'), passing('api', { needsBuild: true })])
  expect(judged.map((one) => one.check.name).sort()).toEqual(['api', 'build', 'lint'])
})

test('a check that throws has failed with its message', async () => {
  const [judged] = await run([passing('lint', { run: () => Promise.reject(new Error('no such file')) })])
  expect(judged?.verdict.problems[0]).toContain('no such file')
})

test('checks that need a build do not run when the build failed', async () => {
  const ran: string[] = []
  const api = passing('api', {
    needsBuild: true,
    run: () => {
      ran.push('api')
      return Promise.resolve({ problems: [] })
    },
  })
  const judged = await run([failing('build'), api, passing('lint')])
  expect(ran).toEqual([])
  expect(judged.find((one) => one.check.name === 'api')?.verdict.problems[0]).toContain('`build` failed')
  expect(judged.find((one) => one.check.name === 'lint')?.verdict.problems).toEqual([])
})

test('a check that needs a build runs against what is there when the builder is not asked for', async () => {
  const [judged] = await run([passing('api', { needsBuild: true })])
  expect(judged?.verdict.problems).toEqual([])
})

test('no more checks run at once than there are workers', async () => {
  let running = 0
  let most = 0
  const slow = (name: string): Check =>
    passing(name, {
      run: async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        return { problems: [] }
      },
    })
  await run([slow('build'), slow('a'), slow('b'), slow('c'), slow('d')])
  expect(most).toBe(2)
})
