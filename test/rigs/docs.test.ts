import { existsSync, readFileSync } from 'node:fs'
import { COMMANDS as BENCHES } from '../../bench/commands'
import { COMMANDS as RIGS } from './commands'
import { readRuns, recordPaths, renderPage } from './runner/record'

it.each([
  ['rig', RIGS],
  ['bench', BENCHES],
] as const)('keeps the generated page of each %s as the recorded runs give it', (noun, commands) => {
  const { page } = recordPaths(noun)
  const runs = readRuns(noun)
  expect(existsSync(page)).toBe(Object.keys(runs).length > 0)
  if (existsSync(page)) expect(readFileSync(page, 'utf8')).toBe(renderPage(noun, commands, runs))
})

it('knows every name once', () => {
  for (const commands of [RIGS, BENCHES]) {
    const names = commands.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).not.toContain('all')
  }
})
