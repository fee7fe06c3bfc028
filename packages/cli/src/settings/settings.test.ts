import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { writeConfig } from './config-file'
import { PROJECT_FILE } from './project-file'
import { settle, type ConnectionFlags } from './settings'

const PROD = { server: 'https://prod.example/api', token: 'prod-token', workspace: 'prod-ws' }
const TEST = { server: 'https://test.example/api', token: 'test-token' }
const SERVER = 'https://other.example/api'

let folder: string
let project: string
let env: Record<string, string>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actrail-settings-'))
  project = join(folder, 'project', 'deep')
  mkdirSync(project, { recursive: true })
  env = { XDG_CONFIG_HOME: join(folder, 'config') }
  const profiles = new Map([
    ['prod', PROD],
    ['test', TEST],
  ])
  await writeConfig(env, { current: 'prod', profiles })
})
afterEach(() => rmSync(folder, { recursive: true }))

const settled = (flags: ConnectionFlags = {}, more: Record<string, string> = {}) =>
  settle(flags, { env: { ...env, ...more }, cwd: project })
const rc = (content: unknown, text = JSON.stringify(content)) =>
  writeFileSync(join(folder, 'project', PROJECT_FILE), text)

describe('without flags and environment', () => {
  it('takes the current profile', async () => expect(await settled()).toEqual(PROD))

  it('takes the profile of the project before it', async () => {
    rc({ profile: 'test', workspace: 'of-project' })
    expect(await settled()).toEqual({ ...TEST, workspace: 'of-project' })
  })

  it('takes the server of the project, with the token of the one profile for it', async () => {
    rc({ server: 'https://test.example/api/' })
    expect(await settled()).toEqual(TEST)
  })
})

describe('what comes first', () => {
  it('is a flag, then the environment, then the project, then the current profile', async () => {
    const environment = { ACTRAIL_WORKSPACE: 'of-environment', ACTRAIL_SERVER: TEST.server }
    rc({ workspace: 'of-project' })
    expect((await settled()).workspace).toBe('of-project')
    expect((await settled({}, environment)).workspace).toBe('of-environment')
    expect((await settled({ workspace: 'of-flag' }, environment)).workspace).toBe('of-flag')
    expect((await settled({}, environment)).server).toBe(TEST.server)
    expect((await settled({ server: PROD.server }, environment)).server).toBe(PROD.server)
  })

  it('is a profile right behind what names it', async () => {
    const environment = { ACTRAIL_SERVER: SERVER, ACTRAIL_TOKEN: 'of-environment' }
    expect(await settled({ profile: 'test' }, environment)).toEqual(TEST)
    expect(await settled({}, { ACTRAIL_PROFILE: 'test' })).toEqual(TEST)
    expect(await settled({}, { ...environment, ACTRAIL_PROFILE: 'test' })).toEqual({
      server: SERVER,
      token: 'of-environment',
    })
  })

  it('is nothing that is empty', async () => {
    expect(await settled({}, { ACTRAIL_SERVER: '', ACTRAIL_TOKEN: ' ', ACTRAIL_WORKSPACE: '' })).toEqual(PROD)
  })
})

describe('a token', () => {
  it('of a profile goes to no other server, nor does its workspace', async () => {
    expect(await settled({ server: SERVER })).toEqual({ server: SERVER })
    expect(await settled({ server: `${PROD.server}/v2` })).toEqual({ server: `${PROD.server}/v2` })
    expect(await settled({ server: 'http://prod.example/api' })).toEqual({ server: 'http://prod.example/api' })
  })

  it('of a profile goes to its server however that is named', async () => {
    expect(await settled({ server: 'HTTPS://PROD.example:443/api/' })).toEqual(PROD)
  })

  it('goes to no server that only the project names, not even one from the environment', async () => {
    rc({ server: 'https://evil.example/api' })
    await expect(settled({}, { ACTRAIL_TOKEN: 'of-environment' })).rejects.toMatchObject({
      ending: 'notAuthorised',
      message: expect.stringContaining('actrail login --server https://evil.example/api') as string,
    })
  })

  it('is not chosen among several profiles for one server', async () => {
    await writeConfig(env, {
      profiles: new Map([
        ['a', PROD],
        ['b', { ...PROD, token: 'another' }],
      ]),
    })
    await expect(settled({ server: PROD.server })).rejects.toMatchObject({ ending: 'usage' })
    expect((await settled({ server: PROD.server, profile: 'b' })).token).toBe('another')
  })
})

describe('refuses', () => {
  it.each([
    ['a profile that is not there', { profile: 'nope' }, {}, 'There is no profile "nope"'],
    ['an address with a query', { server: 'https://a.example/?token=x' }, {}, 'no credentials, query or fragment'],
    ['what is no http', {}, { ACTRAIL_SERVER: 'ftp://a.example' }, 'ACTRAIL_SERVER: "ftp://a.example" is no address'],
  ])('%s', async (_what, flags, more, message) => {
    await expect(settled(flags, more)).rejects.toMatchObject({ message: expect.stringContaining(message) as string })
  })

  it.each([
    ['{ "token": "secret-token" }', 'holds a token'],
    ['{ "servr": "x" }', 'there is no key "servr"'],
    ['{ "server": 7 }', '"server" is a text that is not empty'],
    ['{ "server": "" }', '"server" is a text that is not empty'],
    ['[]', 'is not a JSON object'],
    ['{', 'is not a JSON object'],
  ])('a project file that says %s', async (text, message) => {
    rc(undefined, text)
    const refusal = settled()
    await expect(refusal).rejects.toMatchObject({
      ending: 'usage',
      message: expect.stringContaining(message) as string,
    })
    await expect(refusal).rejects.not.toMatchObject({ message: expect.stringContaining('secret-token') as string })
  })

  it('to go on without any server', async () => {
    await writeConfig(env, { profiles: new Map() })
    await expect(settled()).rejects.toMatchObject({ message: expect.stringContaining('No server is given') as string })
  })
})
