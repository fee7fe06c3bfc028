import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTHeaderParameters,
  type KeyLike,
  SignJWT,
  UnsecuredJWT,
} from 'jose'

import { expectProblem } from '../../../../test/http/expect-problem'
import { serveApi, type ServedApi } from '../../../../test/http/serve-api'
import { type Child, startChild } from '../../../../test/rigs/runner/child'
import { bearer, type BearerOptions } from './bearer'

const AUDIENCE = 'https://activity.example.com'

let served: ServedApi | undefined
afterEach(() => served?.stop())

async function serve(options: BearerOptions): Promise<ServedApi> {
  served = await serveApi({ authorize: bearer(options) })
  served.log.add({ action: 'issue.created', workspace_id: 'acme' })
  served.log.add({ action: 'issue.created', workspace_id: 'rival' })
  return served
}

describe('bearer, with a real OpenID Connect provider', () => {
  let provider: Child
  let issuer: string
  beforeAll(async () => {
    provider = startChild({ script: join(__dirname, '../../../../test/oidc/provider-child.ts'), settings: {} })
    issuer = (await provider.ready) as string
  })
  afterAll(() => provider.kill('SIGKILL'))

  const options = (): BearerOptions => ({
    issuer,
    audience: AUDIENCE,
    jwksUri: `${issuer}/jwks`,
    workspace: 'org_id',
    clockTolerance: 0,
  })

  async function token(scope = 'activity:read', resource = AUDIENCE): Promise<string> {
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`reporter:${encodeURIComponent('known to the test')}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource }),
    })
    return ((await answer.json()) as { access_token: string }).access_token
  }

  it('lets a token read the workspace of its claim, and no other', async () => {
    const { get } = await serve(options())
    const answer = await get('/activity', { token: await token() })
    expect(answer.status).toBe(200)
    expect(((await answer.json()) as { total: number }).total).toBe(1)
    expect((await get('/workspaces/rival/activity', { token: await token() })).status).toBe(403)
  })

  it('asks for the permission that the scope does not give', async () => {
    const { get } = await serve(options())
    const answer = await get('/activity', { token: await token('activity:export') })
    expect((await expectProblem(answer)).code).toBe('ERR_PERMISSION_MISSING')
  })

  it('refuses a token for another audience, and says so', async () => {
    const { get } = await serve(options())
    const answer = await get('/activity', { token: await token('activity:read', 'https://elsewhere.example.com') })
    expect(answer.status).toBe(401)
    expect((await expectProblem(answer)).detail).toContain('not for this API (aud)')
  })

  it('accepts the keys that follow a rotation without a restart', async () => {
    const { get } = await serve(options())
    expect((await get('/activity', { token: await token() })).status).toBe(200)
    await provider.ask('rotate')
    const next = await token()
    const { now } = Date
    // Keys that were fetched a moment ago are not fetched again at once.
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + 11_000)
    const answer = await get('/activity', { token: next })
    clock.mockRestore()
    expect(answer.status).toBe(200)
  })

  it('refuses a token that has expired', async () => {
    const { get } = await serve(options())
    await provider.ask('shorten', 1)
    const short = await token()
    const { exp } = JSON.parse(Buffer.from(short.split('.')[1] ?? '', 'base64url').toString()) as { exp: number }
    let answer = await get('/activity', { token: short })
    while (Date.now() < exp * 1_000 + 1_000) answer = await get('/activity', { token: short })
    expect((await expectProblem(answer)).detail).toContain('has expired')
  })
})

describe('bearer, with forged tokens', () => {
  const issuer = 'https://login.example.com'
  let privateKey: KeyLike
  let publicPem: string
  let server: Server
  let jwksUri: string
  let fetches = 0
  beforeAll(async () => {
    const pair = await generateKeyPair('RS256', { extractable: true })
    privateKey = pair.privateKey
    publicPem = await exportSPKI(pair.publicKey)
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256' }] })
    server = createServer((_req, res) => {
      fetches++
      res.setHeader('content-type', 'application/json').end(keys)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
  })
  afterAll(() => void server.close())

  const options = (): BearerOptions => ({ issuer, audience: AUDIENCE, jwksUri, workspace: 'org' })
  const CLAIMS = { iss: issuer, aud: AUDIENCE, sub: 'ann', scope: 'activity:read', org: 'acme' }
  const inAnHour = (): number => Math.floor(Date.now() / 1_000) + 3_600
  const sign = (claims: object, header: Partial<JWTHeaderParameters> = {}, key: KeyLike | Uint8Array = privateKey) =>
    new SignJWT({ exp: inAnHour(), ...CLAIMS, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
      .sign(key)
  const status = async (token: string): Promise<number> =>
    (await (await serve(options())).get('/activity', { token })).status

  it('accepts a sound one, to know that the others are refused for their fault', async () => {
    expect(await status(await sign({}))).toBe(200)
  })

  it.each<[string, () => string | Promise<string>]>([
    ['unsigned', () => new UnsecuredJWT({ exp: inAnHour(), ...CLAIMS }).encode()],
    ['signed with the public key as a secret', () => sign({}, { alg: 'HS256' }, new TextEncoder().encode(publicPem))],
    ['of another issuer', () => sign({ iss: 'https://evil.example.com' })],
    ['without an expiry', () => sign({ exp: undefined })],
    ['without a subject', () => sign({ sub: undefined })],
    ['without an audience', () => sign({ aud: undefined })],
    ['not valid yet', () => sign({ nbf: inAnHour() })],
    ['by an unknown key', () => sign({}, { kid: 'two' })],
    [
      'with a changed payload',
      async () => (await sign({})).replace(/\.[^.]+\./, `.${btoa(JSON.stringify(CLAIMS)).replace(/=+$/, '')}.`),
    ],
    ['that is no token at all', () => 'rubbish'],
  ])('refuses one %s', async (_what, forge) => {
    expect(await status(await forge())).toBe(401)
  })

  it('takes a star in a claim for a name, not for every workspace', async () => {
    const { get } = await serve(options())
    expect((await get('/workspaces/acme/activity', { token: await sign({ org: '*' }) })).status).toBe(403)
  })

  it('gives nothing for words that are no permission', async () => {
    expect(await status(await sign({ scope: 'read constructor __proto__' }))).toBe(403)
  })

  it('fetches the keys once for many tokens, and not again for each unknown one', async () => {
    const { get } = await serve(options())
    fetches = 0
    for (let n = 0; n < 5; n++) await get('/activity', { token: await sign({}) })
    for (let n = 0; n < 20; n++) await get('/activity', { token: await sign({}, { kid: `unknown-${n}` }) })
    expect(fetches).toBeLessThanOrEqual(2)
  })

  it('answers 500, not 401, when the keys cannot be had: the token may be good', async () => {
    const { get } = await serve({ ...options(), jwksUri: 'http://127.0.0.1:1/keys' })
    expect((await expectProblem(await get('/activity', { token: await sign({}) }))).code).toBe('ERR_AUTHORIZE_FAILED')
  })
})

it.each<[string, Partial<BearerOptions>]>([
  ['keys from an open line', { jwksUri: 'http://login.example.com/keys' }],
  ['a secret-based algorithm', { algorithms: ['RS256', 'HS256'] }],
  ['no algorithm', { algorithms: ['none'] }],
  ['no issuer', { issuer: '' }],
  ['no audience', { audience: [] }],
  ['clocks that are hours apart', { clockTolerance: 7_200 }],
])('refuses to be made with %s', (_what, wrong) => {
  const right = { issuer: 'https://login.example.com', audience: AUDIENCE, jwksUri: 'https://login.example.com/keys' }
  expect(() => bearer({ ...right, ...wrong })).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
})
