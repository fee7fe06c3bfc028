import type { Random } from '../runner/random'

/** A request of the run, with secrets laid into it and words that may stay. */
export interface Laden {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** What the handler annotates. */
  readonly said?: object
  /** What the handler throws, as its message. */
  readonly failure?: string
  /** The texts that must be nowhere, each with the place where it was laid. */
  readonly canaries: readonly Canary[]
  /** A harmless word that must be everywhere: it proves that the search can find. */
  readonly witness: string
}

/** One secret, in the form in which it was sent. */
export interface Canary {
  readonly text: string
  readonly place: string
}

const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const KEYS = ['password', 'Password', 'user_password', 'apiKey', 'api_key', 'X-Api-Key', 'access_token', 'refreshToken', 'client_secret', 'clientSecret', 'csrf-token', 'authorization', 'Authorization', 'session_id', 'sessionId', 'connect.sid', 'cookie', 'privateKey', 'card_number', 'cvv', 'ssn', 'pin', 'otp', 'jwt', 'credentials', 'passphrase', 'recovery_codes', 'AWS_SECRET_ACCESS_KEY', 'newPassword', 'user[password]'] // prettier-ignore
const HEADERS = ['Authorization', 'Cookie', 'X-Api-Key', 'X-Auth-Token', 'Proxy-Authorization', 'X-CSRF-Token', 'X-Vault-Token', 'X-Amz-Security-Token'] // prettier-ignore

/** The headers that the application stores, secret ones among them. */
export const STORED_HEADERS = [...HEADERS, 'Referer', 'X-Note', 'X-Forwarded-Url']

const nested = (key: string, value: string): object => ({ a: [{ b: { [key]: value, c: 1 } }], list: [[key, value]] })
const json = JSON.stringify
const form = (key: string, value: string): string => `name=ann&${encodeURIComponent(key)}=${value}&x=1`

type Lay = (
  key: string,
  value: string,
) => Omit<Laden, 'canaries' | 'witness' | 'method' | 'path' | 'headers'> & Partial<Laden>

const post = (body: string, type = 'application/json'): ReturnType<Lay> => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
})
const headers = (name: string, value: string): ReturnType<Lay> => ({ headers: { [name]: value } })

/** Every place where a secret is laid, by name. */
export const PLACES: Readonly<Record<string, Lay>> = {
  'a bearer token': (_key, value) => headers('Authorization', `Bearer ${value}`),
  'basic credentials': (_key, value) => headers('Authorization', `Basic ${value}`),
  'a secret header': (_key, value) => headers('X-Api-Key', value),
  'a token header': (_key, value) => headers('X-Auth-Token', value),
  cookies: (_key, value) => headers('Cookie', `theme=dark; sid=${value}; id=${value}`),
  'a URL in a header': (key, value) =>
    headers('Referer', `https://x.example/cb?code=${value}&${encodeURIComponent(key)}=${value}`),
  'userinfo in a header': (_key, value) => headers('X-Forwarded-Url', `https://ann:${value}@x.example/`),
  'a note in a header': (key, value) => headers('X-Note', `${key}=${value}`),
  'the query': (key, value) => ({ path: `/things/1?${encodeURIComponent(key)}=${value}&page=2` }),
  'a query in the query': (_key, value) => ({ path: `/things/1?next=${encodeURIComponent(`/cb?token=${value}`)}` }),
  'a URL with userinfo in the query': (_key, value) => ({
    path: `/things/1?url=${encodeURIComponent(`https://a:${value}@h/`)}`,
  }),
  'a path parameter': (_key, value) => ({ path: `/reset/${value}` }),
  'a JSON body': (key, value) => post(json({ name: 'ann', [key]: value })),
  'a nested body': (key, value) => post(json(nested(key, value))),
  'JSON in a string of the body': (key, value) => post(json({ payload: json(nested(key, value)) })),
  'JSON in JSON in a string': (key, value) => post(json({ payload: json({ inner: json({ [key]: value }) }) })),
  'a named pair in the body': (key, value) => post(json({ fields: [{ name: key, value }] })),
  'a form': (key, value) => post(form(key, value), 'application/x-www-form-urlencoded'),
  'a form in a string of the body': (key, value) => post(json({ raw: form(key, value) })),
  'a bearer token in a body': (_key, value) =>
    post(json({ curl: `curl -H "Authorization: Bearer ${value}" https://x` })),
  'a connection string in a body': (_key, value) => post(json({ dsn: `postgres://app:${value}@db:5432/app` })),
  'an error message': (key, value) => ({ failure: `connect failed: ${key}=${value} for postgres://a:${value}@h/db` }),
  'an annotation': (key, value) => ({
    said: { details: { [key]: value }, changes: { [key]: { old: value, new: value } } },
  }),
  'a nested annotation': (key, value) => ({ said: { context: nested(key, value), details: nested(key, value) } }),
  'a reason': (key, value) => ({ said: { reason: `because ${key}: ${value}` } }),
  'an error in an annotation': (key, value) => ({ said: { details: { error: new Error(`bad ${key}=${value}`) } } }),
  'names of actor and resource': (_key, value) => ({
    said: {
      actor: { type: 'user', id: '1', name: `token=${value}` },
      resource: { type: 'thing', id: '1', name: `Bearer ${value}` },
    },
  }),
  'a map, a set and headers lists': (key, value) => ({
    said: {
      details: {
        map: new Map([[key, value]]),
        rawHeaders: [key, value],
        url: new URL(`https://a:${value}@x/?${encodeURIComponent(key)}=${value}`),
      },
    },
  }),
}

const NAMES = Object.keys(PLACES)

/** The n-th request: one secret in one of the places, under one of many names, with a witness beside it. */
export function laden(random: Random, n: number): Laden {
  const place = NAMES[n % NAMES.length] ?? ''
  const secret = `cnry${word(random, 20)}`
  const sent = place === 'basic credentials' ? Buffer.from(`ann:${secret}`).toString('base64') : secret
  const witness = `wtns${word(random, 16)}`
  const made = (PLACES[place] as Lay)(random.pick(KEYS), sent)
  return {
    method: 'GET',
    path: '/things/1',
    ...made,
    headers: { 'x-request-id': witness, ...made.headers },
    canaries: [...new Set([secret, sent])].map((text) => ({ text, place })),
    witness,
  }
}

function word(random: Random, length: number): string {
  return Array.from({ length }, () => LETTERS.charAt(random.between(0, LETTERS.length - 1))).join('')
}
