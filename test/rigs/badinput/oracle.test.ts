import { createRandom } from '../runner/random'
import { type Endpoint, endpointsOf } from './endpoints'
import { type Answer, mistakeIn, mistakeInBytes } from './oracle'
import { type BadRequest, badRequest } from './requests'

const request: BadRequest = { method: 'GET', target: '/list?limit=x', headers: {}, bad: 'limit', ours: true, name: 'x' }
const { bad: _, ...right } = request
const problem = {
  type: 'urn:x',
  title: 'Bad',
  status: 400,
  detail: 'No.',
  code: 'ERR_X',
  remedy: 'Do.',
  parameter: 'limit',
}
const answer = (body: object, of: Partial<Answer> = {}): Answer => ({
  status: 400,
  contentType: 'application/problem+json',
  body: JSON.stringify(body),
  ms: 3,
  ...of,
})

it('takes a problem that names the parameter, and any good answer to what is not wrong', () => {
  expect(mistakeIn(request, answer(problem))).toBeUndefined()
  expect(mistakeIn(right, answer([], { status: 200, contentType: 'application/json' }))).toBeUndefined()
})

it.each([
  ['500', answer(problem, { status: 500 })],
  ['slower than a second', answer(problem, { ms: 1_001 })],
  ['200 instead of 400', answer([], { status: 200, contentType: 'application/json' })],
  ['text/html is no problem+json', answer(problem, { contentType: 'text/html' })],
  ['a problem that names offset', answer({ ...problem, parameter: 'offset' })],
  ['a problem that names undefined', answer({ ...problem, parameter: undefined })],
  ['a problem that is not whole', answer({ ...problem, remedy: '' })],
  ['a problem that is not whole', answer({ ...problem, status: 404 })],
  ['a problem with stack', answer({ ...problem, stack: 'x' })],
  ['a problem that tells of the inside', answer({ ...problem, detail: 'at /srv/a.js:7' })],
  ['a problem that is no JSON object', answer({}, { body: '<html>' })],
])('sees %s', (mistake, wrong) => expect(mistakeIn(request, wrong)).toBe(mistake))

it('sees a failure among the answers to raw bytes', () => {
  expect(mistakeInBytes('')).toBeUndefined()
  expect(mistakeInBytes('HTTP/1.1 400 Bad Request\r\n\r\n')).toBeUndefined()
  expect(mistakeInBytes('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 500 Internal\r\n\r\n')).toBe('500')
  expect(mistakeInBytes(undefined)).toBe('neither an answer nor an end')
  expect(mistakeInBytes('Segmentation fault')).toBe('an answer that is no HTTP')
})

const document = {
  security: [{ bearer: [] }],
  paths: {
    '/list/{id}': {
      get: {
        parameters: [
          { name: 'id', in: 'path', schema: { type: 'string', maxLength: 256 } },
          { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 200 } },
          { name: 'kind', in: 'query', schema: { type: 'string', enum: ['a', 'b'] } },
        ],
      },
    },
    '/health': { get: { security: [] } },
  },
}

it('reads every operation of a document, and whether it is public', () => {
  const found = endpointsOf(document).map(({ method, path, isPublic }: Endpoint) => [method, path, isPublic])
  expect(found).toEqual([
    ['GET', '/list/{id}', false],
    ['GET', '/health', true],
  ])
})

it('makes the same requests of the same seed, and of every parameter a bad one', () => {
  const endpoints = endpointsOf(document)
  const make = (seed: number): BadRequest[] => {
    const random = createRandom(seed)
    return Array.from({ length: 2_000 }, () => badRequest(endpoints, random))
  }
  expect(make(1)).toEqual(make(1))
  const named = new Set(make(1).map(({ bad }) => bad))
  for (const name of ['id', 'limit', 'kind', 'page', '__proto__']) expect(named).toContain(name)
})
