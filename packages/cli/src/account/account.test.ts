import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'

import { serveDocumented, TOKEN } from '../../../../test/cli/documented-activity'
import { runCli, type Surroundings } from '../../../../test/cli/run-cli'
import type { ServedApi } from '../../../../test/http/serve-api'
import { staticTokens } from '../../../core/src/http/static-tokens'

let served: ServedApi
let folder: string
beforeAll(async () => (served = await serveDocumented()))
afterAll(() => served.stop())
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'actrail-account-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const file = () => join(folder, 'actrail', 'config.json')
const server = () => `${served.origin}/api/v1`
const cli = (argv: readonly string[], surroundings: Surroundings = {}) =>
  runCli(argv, { env: { XDG_CONFIG_HOME: folder }, ...surroundings })
const login = (argv: readonly string[] = [], input = `${TOKEN}\n`) =>
  cli(['login', '--server', server(), '--token-stdin', ...argv], { input })
const saved = () => JSON.parse(readFileSync(file(), 'utf8')) as unknown

describe('login', () => {
  it('saves a token that the server accepts, for its owner only, and shows it nowhere', async () => {
    const { exitCode, stdout, stderr } = await login()
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toBe(`Logged in to ${server()}. Profile "default" is saved in ${file()}.\n`)
    expect(saved()).toEqual({ current: 'default', profiles: { default: { server: server(), token: TOKEN } } })
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'actrail')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(folder, 'actrail'))).toEqual(['config.json'])
    expect((await cli(['activity', '--limit', '1'])).exitCode).toBe(0)
  })

  it('asks at a terminal without showing what is typed', async () => {
    const order: unknown[] = []
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (isRaw: boolean) => order.push(isRaw) })
    const run = cli(['login', '--server', server()], { input, onMessage: (text) => order.push(text) })
    // Typed, with one letter too many that is taken back.
    for (const piece of ['a-token', '-fo', 'x\u007f', 'r-tests', '\r']) input.write(piece)
    const { exitCode, stdout, stderr } = await run
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `Token for ${server()}: \n` })
    expect(stdout).not.toContain(TOKEN)
    // The terminal stops showing what is typed before it asks.
    expect(order).toEqual([true, `Token for ${server()}: `, false, '\n'])
  })

  it('saves nothing when Ctrl-C is typed', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true })
    const run = cli(['login', '--server', server()], { input })
    input.write('abc\u0003')
    expect([(await run).exitCode, readdirSync(folder)]).toEqual([130, []])
  })

  it.each([
    ['a token that is not accepted', 'an-old-token', 3],
    ['no token', '', 1],
    ['a token with a line in it', 'a\nb', 1],
  ])('saves nothing for %s', async (_name, input, expected) => {
    const { exitCode, stdout, stderr } = await login([], input)
    expect([exitCode, stdout, readdirSync(folder)]).toEqual([expected, '', []])
    expect(stderr).not.toContain('an-old-token')
  })

  it('says that a token which reaches several workspaces needs one to be named', async () => {
    const principal = { id: 'p', workspaces: ['a', 'b'], permissions: ['activity:read'] } as const
    const other = await serveDocumented({ authorize: staticTokens({ [TOKEN]: principal }) })
    const argv = ['login', '--server', `${other.origin}/api/v1`, '--token-stdin']
    const unsaid = await cli(argv, { input: TOKEN })
    const said = await cli([...argv, '--workspace', 'b'], { input: TOKEN })
    await other.stop()
    expect(unsaid.stdout).toContain('name one with --workspace')
    expect(said.stdout).not.toContain('--workspace')
    expect(saved()).toMatchObject({ profiles: { default: { workspace: 'b' } } })
  })

  it('does not take its server from a project, which may be anybody’s', async () => {
    writeFileSync(join(folder, '.actrailrc.json'), JSON.stringify({ server: server() }))
    const { exitCode, stderr } = await cli(['login', '--token-stdin'], { input: TOKEN, cwd: folder })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('To which server?')])
  })

  it('wants a terminal, or to be told that the token is piped in', async () => {
    const { exitCode, stderr } = await cli(['login', '--server', server()], { input: TOKEN })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--token-stdin')])
  })

  it('warns where the token can be read on the way', async () => {
    const aborted = new AbortController()
    aborted.abort(new Error('enough'))
    const argv = ['login', '--server', 'http://app.example/api', '--token-stdin']
    const { stderr } = await cli(argv, { input: TOKEN, signal: aborted.signal })
    expect(stderr).toContain('is not encrypted')
  })

  it('leaves a link to the file a link', async () => {
    mkdirSync(join(folder, 'actrail'))
    writeFileSync(join(folder, 'elsewhere.json'), '{"profiles":{}}', { mode: 0o644 })
    symlinkSync('../elsewhere.json', file())
    await login()
    expect(readdirSync(folder).sort()).toEqual(['actrail', 'elsewhere.json'])
    expect(readFileSync(join(folder, 'elsewhere.json'), 'utf8')).toContain(TOKEN)
    expect(statSync(join(folder, 'elsewhere.json')).mode & 0o777).toBe(0o600)
  })

  it('refuses a file that it did not write, and leaves it', async () => {
    mkdirSync(join(folder, 'actrail'))
    for (const text of ['{', '[]', '{"profiles":{"__proto__x!":{}}}', '{"profiles":{"a":{"server":"ftp://x"}}}']) {
      writeFileSync(file(), text)
      const { exitCode, stderr } = await login()
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('is not as actrail wrote it')])
      expect(readFileSync(file(), 'utf8')).toBe(text)
    }
  })
})

describe('profiles', () => {
  beforeEach(async () => {
    await login(['--profile', 'prod', '--workspace', 'acme-corp'])
    await login(['--profile', 'test'])
  })

  it('are listed with a star at the current one, and without tokens', async () => {
    const { stdout } = await cli(['profile', 'list'])
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      [expect.stringMatching(/^ *$/), 'NAME', 'SERVER', 'WORKSPACE', 'TOKEN'],
      ['', 'prod', server(), 'acme-corp', 'saved'],
      ['*', 'test', server(), '-', 'saved'],
      [''],
    ])
  })

  it('are chosen by `use`, shown by `show` and removed by `remove`', async () => {
    await cli(['profile', 'use', 'prod'])
    const shown = await cli(['profile', 'show'])
    expect(JSON.parse(shown.stdout)).toEqual({
      ...{ name: 'prod', is_current: true, server: server() },
      ...{ workspace: 'acme-corp', has_token: true },
    })
    await cli(['profile', 'remove', 'prod'])
    const { stdout } = await cli(['profile', '--json'])
    expect((JSON.parse(stdout) as { name: string; is_current: boolean }[]).map(({ name }) => name)).toEqual(['test'])
  })

  it('lose their token by logout, and keep their server', async () => {
    const { stdout } = await cli(['logout'])
    expect(stdout).toBe('The token of profile "test" is forgotten.\n')
    expect(saved()).toMatchObject({ current: 'test', profiles: { test: { server: server() } } })
    expect(readFileSync(file(), 'utf8').match(new RegExp(TOKEN, 'g'))).toHaveLength(1)
  })

  it('no command shows a token', async () => {
    for (const argv of [
      ['list'],
      ['list', '--json'],
      ['show'],
      ['show', 'prod'],
      ['use', 'prod'],
      ['remove', 'prod'],
    ]) {
      const { stdout, stderr } = await cli(['profile', ...argv])
      expect(stdout + stderr).not.toContain(TOKEN)
    }
  })

  it.each([
    ['use', 'nope'],
    ['show', 'nope'],
    ['remove', 'nope'],
  ])('%s of one that is not there ends with 2', async (...argv) => {
    const { exitCode, stderr } = await cli(['profile', ...argv])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('There is no profile "nope"')])
  })

  it.each(['', '../x', '__proto__', 'a b', 'x'.repeat(65)])('may not be called "%s"', async (name) => {
    expect((await login(['--profile', name])).exitCode).toBe(2)
  })
})
