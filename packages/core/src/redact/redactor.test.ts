import fc from 'fast-check'
import { createRedactor } from './redactor'

const redactor = createRedactor()
const CANARY = 'k4N9rYx2Zq'

describe('the redactor', () => {
  const basic = Buffer.from(`user:${CANARY}`).toString('base64')
  const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${CANARY}`

  it.each<[string, string]>([
    ['a form', `name=alice&password=${CANARY}&remember=1`],
    ['a form with an encoded name', `user%5Bpassword%5D=${CANARY}`],
    ['a query in a query', `next=%2Fcb%3Ftoken%3D${CANARY}%26x%3D1`],
    ['a password with special characters', `password=${CANARY}),;"'<>]}|${CANARY}`],
    ['a message', `Login failed: password=${CANARY} for alice`],
    ['a message with a colon', `invalid password: ${CANARY}`],
    ['a message with quotes', `authentication failed for password '${CANARY} ${CANARY}'`],
    ['a message with two words', `api key: ${CANARY}`],
    ['a database error', `Key (api_key)=(${CANARY}) already exists.`],
    ['bearer credentials', `upstream said 401 to "Bearer ${CANARY}"`],
    ['bearer credentials in lower case', `authorization was bearer ${CANARY}`],
    ['a bearer token that begins with a word', `Bearer token-${CANARY}`],
    ['basic credentials', `sent Basic ${basic}`],
    ['a header line', `Authorization: Digest username="a", response="${CANARY}"`],
    ['a cookie line', `GET / HTTP/1.1\r\nCookie: theme=dark; sid=${CANARY}; lang=de\r\nHost: x`],
    ['a set-cookie line', `Set-Cookie: id=${CANARY}; Path=/; HttpOnly`],
    ['a JSON web token', `got ${jwt} from the client`],
    ['JSON', JSON.stringify({ user: 'alice', password: CANARY })],
    ['JSON with spaces', ` { "user": "alice", "nested": { "apiKey" : "${CANARY}" } }`],
    ['JSON within JSON', JSON.stringify({ body: JSON.stringify({ token: `${CANARY} ${CANARY}` }) })],
    ['JSON in a message', `bad body {"password":"${CANARY} ${CANARY}","a":1}`],
    ['escaped JSON in a message', `bad body "{\\"password\\":\\"${CANARY} ${CANARY}\\"}"`],
    ['JSON that was cut off', `{"a":1,"password":"${CANARY} ${CANARY}`],
    ['JSON with an escaped name', `{"\\u0070assword":"${CANARY}"}`],
    ['JSON with a name twice', `{"password":"${CANARY}","password":null}`],
    ['JSON with everything too deep', `${'{"a":'.repeat(40)}{"password":"${CANARY}"}${'}'.repeat(40)}`],
    ['a JSON number', `{"pin":${CANARY.length},"otp":"${CANARY}"}`],
    ['an inspected object', `{ user: 'alice', password: '${CANARY} ${CANARY}' }`],
    ['a connection string', `postgres://app:${CANARY}@db.internal:5432/app?sslmode=require`],
    ['a connection string with @', `connect ECONNREFUSED amqp://app:${CANARY}@${CANARY}@mq/`],
    ['a token as user', `https://${CANARY}@github.com/acme/repo.git`],
    ['an ADO connection string', `Server=db;User Id=app;Password=${CANARY};Encrypt=yes`],
    ['a libpq connection string', `host=db user=app password='${CANARY} ${CANARY}' dbname=app`],
    ['a fragment', `https://app/cb#access_token=${CANARY}&state=1`],
    ['XML', `<login><user>alice</user><Password type="text">${CANARY}</Password></login>`],
    ['a multipart form', `--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n${CANARY}\r\n--b--`],
    ['YAML', `user: alice\npassword: ${CANARY}\n`],
    ['an environment', `PATH=/bin\nAWS_SECRET_ACCESS_KEY=${CANARY}\nHOME=/`],
    ['a private key', `-----BEGIN RSA PRIVATE KEY-----\nMIIE${CANARY}\n-----END RSA PRIVATE KEY-----`],
    ['a private key that was cut off', `-----BEGIN PRIVATE KEY-----\nMIIE${CANARY}\n${CANARY}`],
    ['a Stripe key', `sk_live_${CANARY}${CANARY}`],
    ['a GitHub token', `ghp_${CANARY}${CANARY}${CANARY}`],
    ['a Slack token', `xoxb-1234567890-${CANARY}`],
  ])('takes the secret out of %s', (_what, text) => {
    const clean = redactor.text(text)
    expect(clean).not.toContain(CANARY)
    expect(clean).not.toContain(basic)
    expect(redactor.text(clean)).toBe(clean)
    expect(JSON.stringify(redactor.value({ message: text, list: [text], error: new Error(text) }))).not.toContain(
      CANARY,
    )
  })

  it.each([
    'Fix login bug',
    'Unexpected token } in JSON at position 4',
    `Unexpected token '}', "{"a":}" is not valid JSON`,
    'bearer token missing',
    'Basic authentication is required',
    '{"token_count":5,"password":null,"hasSecret":false}',
    'Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0',
    '2024-01-15T14:32:01Z env.create',
    'https://app.example/issues?status=open&page=2#top',
    '/api/v1/workspaces/:ws/issues/:id',
    'duplicate key value violates unique constraint "issue_pkey"',
    'user-agent: curl/8.0',
    '[redacted]',
    '',
  ])('leaves %j as it is', (text) => expect(redactor.text(text)).toBe(text))

  it('hides what stands under a secret name, whatever it is, but for what is no secret', () => {
    const value = { password: 'x', pin: 1234, session: { id: 'x' }, secrets: ['x'], token: null, hasPassword: true }
    expect(redactor.value(value)).toEqual({
      password: '[redacted]',
      pin: '[redacted]',
      session: '[redacted]',
      secrets: '[redacted]',
      token: null,
      hasPassword: true,
    })
  })

  it('hides values whose names stand beside them', () => {
    const value = {
      rawHeaders: ['Host', 'a.example', 'X-Api-Key', CANARY],
      entries: [
        ['authorization', CANARY],
        ['host', 'a.example'],
      ],
      fields: [
        { name: 'password', value: CANARY },
        { field: 'ssn', old: CANARY, new: CANARY },
      ],
      headers: new Map([['cookie', CANARY]]),
      parsedWrong: { [`{"password":"${CANARY}"}`]: '' },
    }
    expect(JSON.stringify(redactor.value(value))).not.toContain(CANARY)
    expect(redactor.value({ changed_fields: ['password', 'role'] })).toEqual({ changed_fields: ['password', 'role'] })
  })

  it('hides headers by name in any case, and looks into the rest', () => {
    for (const name of ['authorization', 'AUTHORIZATION', 'Cookie', 'x-API-key', 'set-cookie', 'Proxy-Authorization']) {
      expect(redactor.header(name, [CANARY, CANARY])).toBe('[redacted]')
    }
    expect(redactor.header('Referer', `https://a/cb?code=${CANARY}&state=1`)).toBe(
      'https://a/cb?code=[redacted]&state=1',
    )
    expect(redactor.header('x-debug', `token=${CANARY}`)).toBe('token=[redacted]')
    expect(redactor.header('accept', ['text/html', 'text/plain'])).toBe('text/html, text/plain')
  })

  it('hides parameters of a URL that are secrets only there', () => {
    const url = `/cb?code=${CANARY}&state=1&X-Amz-Signature=${CANARY}&page=2`
    expect(redactor.url(url)).not.toContain(CANARY)
    expect(redactor.url(url)).toContain('page=2')
    expect(redactor.text('code=42')).toBe('code=42')
    expect(redactor.url(`https://u:${CANARY}@h/p;jsessionid=${CANARY}?q=x`)).not.toContain(CANARY)
  })

  it('takes more names, more patterns and exceptions', () => {
    const chosen = createRedactor({ keys: ['iban'], allow: ['session'], patterns: [/\b\d{4}-\d{4}\b/] })
    expect(chosen.value({ iban: 'x', session: 'x', note: '1234-5678 and 8765-4321' })).toEqual({
      iban: '[redacted]',
      session: 'x',
      note: '[redacted] and [redacted]',
    })
  })

  it('lets no canary through, however it is nested and spelled', () => {
    const spelled = fc.constantFrom(
      'password',
      'PassWord',
      'x-api-key',
      'Authorization',
      'client_secret',
      'accessToken',
      'Set-Cookie',
    )
    const wrapped = fc.constantFrom<(name: string) => unknown>(
      (name) => ({ [name]: CANARY }),
      (name) => ({ [name]: { deep: [CANARY] } }),
      (name) => JSON.stringify({ [name]: CANARY }),
      (name) => JSON.stringify({ body: JSON.stringify([{ [name]: CANARY }]) }),
      (name) => `a=1&${name}=${CANARY}&b=2`,
      (name) => `https://host/path?${encodeURIComponent(name)}=${CANARY}`,
      (name) => new Error(`failed with ${name}: ${CANARY}`),
      (name) => new Map([[name, CANARY]]),
      (name) => ({ toJSON: () => ({ [name]: CANARY }) }),
      (name) => Object.assign(new Error('x'), { config: { headers: { [name]: CANARY } } }),
    )
    const nested = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.tuple(wrapped, spelled).map(([wrap, name]) => wrap(name)),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }),
        fc.string(),
      ),
    })).value
    fc.assert(
      fc.property(nested, (value) => {
        const clean = JSON.stringify(redactor.value(value))
        expect(clean).not.toContain(CANARY)
        expect(JSON.stringify(redactor.value(JSON.parse(clean)))).toBe(clean)
      }),
      { numRuns: 1_000 },
    )
  })

  it('finishes quickly on hostile text', () => {
    const pieces = [
      'password=',
      'a',
      'a ',
      '"',
      "'",
      '\\',
      '=',
      ':',
      'https://',
      '<a',
      '<a>',
      '%3D',
      'eyJa.',
      'bearer ',
      '-----BEGIN ',
      'name="',
      '{"a":',
      '[',
      'sk-',
      'api key ',
      '\r\n',
      'x:@',
    ]
    const started = performance.now()
    for (const piece of pieces) {
      for (const tail of ['', 'password=x', '"', '@']) redactor.text(piece.repeat(1_000_000 / piece.length) + tail)
    }
    expect(performance.now() - started).toBeLessThan(4_000)
  })

  it('answers undefined for an object that holds nothing', () => {
    expect([undefined, null, {}, { a: undefined }].map(redactor.object)).toEqual(Array(4).fill(undefined))
    expect(redactor.object('text')).toEqual({ value: 'text' })
    expect(redactor.object([1])).toEqual({ value: [1] })
  })
})
