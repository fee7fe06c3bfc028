import type { Random } from '../runner/random'
import type { Endpoint, Parameter } from './endpoints'

/** One request, and what an answer to it must look like. */
export interface BadRequest {
  readonly method: string
  /** Path and query below the mount point, as they are sent. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** The parameter that is wrong beyond doubt: the answer must be 400 and name it. */
  readonly bad?: string
  /** The path is one of the API's: whatever is refused is refused by a problem. */
  readonly ours: boolean
  /** What was done to it, for the report. */
  readonly name: string
}

const NO_NUMBERS = ['', 'ten', '1.5', '1e2', '0x10', '-1', '%205', '9'.repeat(20), 'NaN', '%00', '%D9%A1', '5%0A', 'null', '[]', '5,6'] // prettier-ignore
const NO_TEXTS = ['', '%00', 'a%00b', 'x'.repeat(400), '%F0%9F%92%A9'.repeat(100), '%20'.repeat(300)]
const NO_TIMES = [
  'yesterday',
  '2025-02-30',
  '2025-01-01T25:00:00Z',
  '-7d',
  '7%20fortnights',
  '0000',
  '9e99',
  '%2B010000-01-01',
]
const ODD = ['%', '%zz', '%ff', '%C0%AF', '%ED%A0%80', '..', '%2e%2e%2f', '*', "'%20or%201=1--", '%0d%0aset-cookie:a=b', '$%7Bjndi:x%7D', '+', '%25%30%30', '__proto__', 'constructor', '%E2%80%AE', '-0', '1', '{}', 'true'] // prettier-ignore
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY']
const STRANGERS = ['__proto__', 'constructor', 'toString', 'page', 'limit%5B%5D', 'limits', '%00', '%F0%9F%92%A9', 'x'.repeat(2_000), ''] // prettier-ignore
const HEADERS = [
  { accept: 'text/html;q=2, */*/*' },
  { 'content-type': 'application/json; charset=nonsense' },
  { range: 'bytes=0-,-1,5-2' },
  { 'if-none-match': '"\xff"' },
  { 'x-forwarded-for': '1.1.1.1,'.repeat(500) },
  { 'user-agent': '(((((((((('.repeat(300) },
  { 'user-agent': 'Mozilla/5.0 ' + 'Version/1.0.0.0 '.repeat(400) },
  { traceparent: '00-' + 'f'.repeat(3_000) },
  { 'last-event-id': '\x80\xff' },
  { 'x-request-id': 'é'.repeat(2_000) },
  { expect: 'something' },
  { 'accept-encoding': 'identity;q=0, nonsense' },
  { connection: 'upgrade', upgrade: 'websocket' },
  { 'x-http-method-override': 'DELETE' },
  { 'content-length': '0', 'transfer-encoding': 'identity' },
]
const CREDENTIALS = ['', 'Bearer', 'Bearer ', 'Bearer a b', 'Basic Og==', 'Bearer \xff', `Bearer ${'x'.repeat(8_000)}`, 'bearer reader-token2', 'Bearer __proto__'] // prettier-ignore

/** Who may read in the attacked application. */
export const TOKEN = 'reader-token'
const GOOD = { authorization: `Bearer ${TOKEN}` }

type Maker = (endpoint: Endpoint, random: Random) => BadRequest

const MAKERS: readonly Maker[] = [
  badValue,
  badValue,
  badValue,
  repeated,
  stranger,
  (endpoint, random) => ({ ...good(endpoint, random), name: 'nothing wrong' }),
  function oddValues(endpoint, random) {
    const values = Object.fromEntries(endpoint.parameters.map(({ name }) => [name, random.pick(ODD)]))
    const some = random.shuffle(endpoint.parameters).slice(0, random.between(1, 4))
    return { ...withQuery(endpoint, some, values), name: 'odd values' }
  },
  function oddPath(endpoint, random) {
    const path = endpoint.path.replace(/\{\w+\}/g, () => random.pick([...ODD, ...NO_TEXTS, 'a/b', '.', '%2F']))
    return { ...good(endpoint, random), target: path, ours: false, name: 'an odd path' }
  },
  function longUrl(endpoint, random) {
    const length = random.between(1_000, 14_000)
    return { ...good(endpoint, random), target: `${pathOf(endpoint)}?search=${'x'.repeat(length)}`, name: 'a long URL' }
  },
  function manyParameters(endpoint, random) {
    const pairs = Array.from({ length: random.between(100, 1_500) }, (_, n) => `p${n % 7}=1`)
    return { ...good(endpoint, random), target: `${pathOf(endpoint)}?${pairs.join('&')}`, name: 'many parameters' }
  },
  function otherMethod(endpoint, random) {
    const body = random.pick(['', '{', '{"a":1}', '\0', '['.repeat(10_000), 'x'.repeat(200_000)])
    const method = random.pick(METHODS)
    return { ...good(endpoint, random), method, body, name: `method ${method}` }
  },
  function oddHeaders(endpoint, random) {
    return { ...good(endpoint, random), headers: { ...GOOD, ...random.pick(HEADERS) }, name: 'odd headers' }
  },
  function badCredentials(endpoint, random) {
    return { ...good(endpoint, random), headers: { authorization: random.pick(CREDENTIALS) }, name: 'bad credentials' }
  },
]

/** A generated request to one of the endpoints: mostly wrong, in one of a dozen ways. */
export function badRequest(endpoints: readonly Endpoint[], random: Random): BadRequest {
  return random.pick(MAKERS)(random.pick(endpoints), random)
}

function good(endpoint: Endpoint, random: Random): BadRequest {
  const some = random.next() < 0.5 ? [] : [random.pick(endpoint.parameters.length > 0 ? endpoint.parameters : [LIMIT])]
  const values = Object.fromEntries(some.map((one) => [one.name, exampleOf(one)]))
  const known = some.filter(({ name }) => endpoint.parameters.some((one) => one.name === name))
  return { ...withQuery(endpoint, known, values), name: 'nothing wrong' }
}

const LIMIT: Parameter = { name: 'limit', in: 'query', schema: { type: 'integer' } }

/** One parameter that cannot be right; the others are left out or right. */
function badValue(endpoint: Endpoint, random: Random): BadRequest {
  const candidates = endpoint.parameters.filter((one) => badValuesOf(one).length > 0)
  if (candidates.length === 0) return stranger(endpoint, random)
  const parameter = random.pick(candidates)
  const value = random.pick(badValuesOf(parameter))
  const made = withQuery(endpoint, [parameter], { [parameter.name]: value })
  return { ...made, bad: parameter.name, name: `${parameter.name}=${value.slice(0, 40)}` }
}

function badValuesOf({ in: place, schema }: Parameter): readonly string[] {
  if (place === 'header') return []
  // An empty segment, or one that cannot be decoded, is another path.
  const texts = place === 'path' ? NO_TEXTS.filter((text) => text !== '') : NO_TEXTS
  if (schema.type === 'integer') return [...NO_NUMBERS, ...(schema.maximum === 200 ? ['0', '201'] : [])]
  if (schema.enum !== undefined) return ['', 'nonsense', '%00']
  if (schema.maxLength === undefined) return schema.type === 'array' ? ['', '%00', 'x'.repeat(400)] : []
  if (schema.maxLength <= 64) return [...texts, ...NO_TIMES]
  return schema.maxLength <= 256 ? texts : ['', '%00']
}

function repeated(endpoint: Endpoint, random: Random): BadRequest {
  const candidates = endpoint.parameters.filter(({ in: place, schema }) => place === 'query' && schema.type !== 'array')
  if (candidates.length === 0) return stranger(endpoint, random)
  const parameter = random.pick(candidates)
  const value = exampleOf(parameter)
  const target = `${pathOf(endpoint)}?${parameter.name}=${value}&${parameter.name}=${value}`
  return { ...plain(endpoint, target), bad: parameter.name, name: `${parameter.name} twice` }
}

function stranger(endpoint: Endpoint, random: Random): BadRequest {
  const name = random.pick(STRANGERS)
  const target = `${pathOf(endpoint)}?${name}=1`
  return { ...plain(endpoint, target), bad: decodeURIComponent(name), name: `unknown ${name.slice(0, 40)}` }
}

function withQuery(
  endpoint: Endpoint,
  some: readonly Parameter[],
  values: Readonly<Record<string, string>>,
): BadRequest {
  const pairs = some.filter((one) => one.in === 'query').map(({ name }) => `${name}=${values[name] ?? ''}`)
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'acme')
  return plain(endpoint, pairs.length > 0 ? `${path}?${pairs.join('&')}` : path)
}

const plain = ({ method }: Endpoint, target: string): BadRequest => ({ method, target, headers: GOOD, ours: isOurs(target), name: '' }) // prettier-ignore

/** What the client puts into a segment must be there, and decodable, or the path is another one. */
function isOurs(target: string): boolean {
  const [path = ''] = target.split('?', 1)
  try {
    return path.split('/').slice(1, -1).every((segment) => decodeURIComponent(segment) !== '') // prettier-ignore
  } catch {
    return false
  }
}

const pathOf = ({ path }: Endpoint): string => path.replace(/\{\w+\}/g, 'acme')

function exampleOf({ example, schema }: Parameter): string {
  if (typeof example === 'string' || typeof example === 'number') return encodeURIComponent(example)
  return schema.type === 'integer' ? '5' : 'acme'
}
