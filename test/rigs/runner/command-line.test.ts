import { defineCommand, type Findings } from './command'
import { runCommandLine } from './command-line'

let stdout: string[]
let stderr: string[]
let ran: unknown[]

beforeEach(() => {
  stdout = []
  stderr = []
  ran = []
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => stdout.push(String(text)) > 0)
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => stderr.push(String(text)) > 0)
})
afterEach(() => jest.restoreAllMocks())

function command(name: string, find: () => Promise<Findings>) {
  return defineCommand({
    name,
    summary: `what ${name} does`,
    bar: 'none',
    flags: {
      kills: { default: 40, summary: 'how often' },
      framework: { default: 'express', summary: 'which', choices: ['express', 'koa'] },
      deep: { default: false, summary: 'more' },
    },
    nightly: [{ kills: 200 }, { kills: 100, framework: 'koa' }],
    run: (flags) => {
      ran.push(flags)
      return find()
    },
  })
}

const passing = command('first', async () => ({ pass: true, figure: 7 }))
const failing = command('second', async () => ({ pass: false }))
const throwing = command('third', async () => Promise.reject(new Error('no room')))
const run = (...argv: string[]) => runCommandLine({ noun: 'rig', commands: [passing, failing, throwing], argv })

it('prints one JSON line with the name, the figures and the seed, and ends with 0', async () => {
  expect(await run('first', '--kills', '3', '--seed', '12', '--deep')).toBe(0)
  expect(ran).toEqual([expect.objectContaining({ kills: 3, framework: 'express', deep: true, seed: 12 })])
  expect(stdout).toHaveLength(1)
  expect(JSON.parse(stdout[0] ?? '')).toMatchObject({ name: 'first', pass: true, figure: 7, seed: 12 })
})

it('makes a seed where none is given, and says which', async () => {
  await run('first')
  const { seed } = JSON.parse(stdout[0] ?? '') as { seed: number }
  expect(seed).toBeGreaterThan(0)
  expect(stderr.join('')).toContain(`seed ${seed}`)
})

it('ends with 1 when a bar is not reached, and when the command breaks', async () => {
  expect(await run('second')).toBe(1)
  expect(await run('third')).toBe(1)
  expect(JSON.parse(stdout[1] ?? '')).toMatchObject({ name: 'third', pass: false, error: 'no room' })
})

it('runs all, one line each, and ends with 1 when one of them did', async () => {
  expect(await run('all', '--nightly')).toBe(1)
  const names = stdout.map((line) => (JSON.parse(line) as { name: string }).name)
  expect(names).toEqual(['first', 'first', 'second', 'second', 'third', 'third'])
  expect(ran.slice(0, 2)).toMatchObject([
    { kills: 200, framework: 'express' },
    { kills: 100, framework: 'koa' },
  ])
})

it('says with which flags each run of the long form is had alone', async () => {
  await run('first', '--nightly')
  expect(stderr.join('')).toContain('rig -- first --kills 200 (')
  expect(stderr.join('')).toContain('rig -- first --kills 100 --framework koa (')
})

it('takes what is given for all runs of the long form, and makes each once', async () => {
  await run('first', '--nightly', '--kills', '5', '--framework', 'koa')
  expect(ran).toMatchObject([{ kills: 5, framework: 'koa' }])
})

it.each([
  [['frist'], 'Unknown rig "frist"'],
  [['first', '--kils', '3'], '--kils'],
  [['first', '--kills', 'many'], '--kills takes a number'],
  [['first', '--framework', 'rails'], '--framework takes one of express, koa'],
  [['first', 'loose'], 'loose'],
  [[], 'first'],
])('refuses %j with a message that helps, and ends with 2', async (argv, message) => {
  expect(await run(...argv)).toBe(2)
  expect(stderr.join('')).toContain(message)
  expect(stderr.join('')).toContain('first')
  expect(stdout).toEqual([])
  expect(ran).toEqual([])
})
