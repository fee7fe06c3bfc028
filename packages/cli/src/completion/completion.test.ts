import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { runCli } from '../../../../test/cli/run-cli'
import { COMMANDS } from '../commands'
import { placesOf } from './places'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actrail-completion-'))
  const { stdout } = await runCli(['completion', 'bash'])
  writeFileSync(join(folder, 'actrail.bash'), stdout)
  writeFileSync(join(folder, 'january activity.csv'), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What bash offers behind a line, its last word not finished. */
function offered(line: string): string[] {
  const words = line.split(' ')
  const script = `source ./actrail.bash
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_actrail
printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '')
}

describe('in bash', () => {
  it.each([
    ['actrail ', ['activity', 'login', 'logout', 'profile', 'completion', '--help', '--version']],
    ['actrail act', ['activity']],
    ['actrail activity ', ['list', 'show', 'stream', 'export', '--since', '--limit']],
    ['actrail activity --res', ['--resource-type', '--resource', '--result']],
    ['actrail activity stream --a', ['--actor', '--action', '--after']],
    ['actrail activity stream --result ', ['success', 'failure', 'denied', 'aborted', 'unknown']],
    ['actrail activity --env my-env export --format ', ['csv', 'json', 'ndjson']],
    ['actrail completion ', ['bash', 'zsh', 'fish']],
    ['actrail profile u', ['use']],
    ['actrail activity export --output jan', ['january activity.csv']],
  ])('%s', (line, expected) => {
    expect(offered(line)).toEqual(expect.arrayContaining(expected))
  })

  it.each(['actrail activity --user ', 'actrail activity --limit ', 'actrail nothing-like-it --x'])(
    '%s offers nothing',
    (line) => expect(offered(line)).toEqual([]),
  )
})

it.each(['zsh', 'fish'])('knows every command and flag in %s', async (shell) => {
  const { stdout } = await runCli(['completion', shell])
  for (const { words, flags } of placesOf(COMMANDS)) {
    for (const { text } of [...words, ...flags]) expect(stdout).toContain(text.replace(/^--/, ''))
  }
})

it('knows the shells that it can write for', async () => {
  const { exitCode, stderr } = await runCli(['completion', 'tcsh'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('bash, zsh, fish') as string })
})
