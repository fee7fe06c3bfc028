import pino from 'pino'
import { ActrailError } from '../errors'
import { createMemoryTrail } from '../memory-trail'
import type { Logger } from '../model/logger'
import { watchLogger } from './watched-logger'

/** A real pino, and the lines that it wrote. */
function pinoInto() {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) })
  return { logger, lines }
}

function failingLogger(fail: () => unknown): Logger {
  return { debug: fail, info: fail, warn: fail, error: fail }
}

const broken = (): never => {
  throw new Error('the transport is gone')
}

it('takes a pino logger: facts first, then the message', () => {
  const { logger, lines } = pinoInto()
  watchLogger(logger, Date.now).logger.warn({ err: new Error('no room'), folder: '/x' }, 'The disk is full')
  expect(lines).toMatchObject([{ level: 40, folder: '/x', msg: 'The disk is full', err: { message: 'no room' } }])
})

it('remembers the last error with its code, what to do and when', () => {
  const watched = watchLogger(pinoInto().logger, () => Date.UTC(2026, 0, 2))
  expect(watched.lastError()).toBeUndefined()
  watched.logger.error({ err: Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' }) }, 'no')
  watched.logger.warn({ lines: 3 }, 'without an error')
  watched.logger.info({ err: new Error('of no interest') }, 'fine')
  expect(watched.lastError()).toEqual({
    code: 'ENOSPC',
    message: 'write ENOSPC',
    remedy: expect.stringContaining('Free space'),
    at: '2026-01-02T00:00:00.000Z',
  })
})

it.each([
  ['our own', new ActrailError('ERR_STORE_RIGHTS', 'no right'), 'ERR_STORE_RIGHTS', 'errors.md'],
  ["Postgres's", Object.assign(new Error('busy'), { code: '53300', severity: 'FATAL' }), '53300', 'max_connections'],
  ['a class of Postgres', Object.assign(new Error('away'), { code: '57P01', severity: 'FATAL' }), '57P01', 'restarts'],
  ['the network', Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED', 'Check that Postgres runs'],
  ['unknown', new TypeError('x is not a function'), 'TypeError', 'report it'],
  ['not even an error', 'oops', 'Error', 'report it'],
])('explains an error that is %s', (_kind, err, code, remedy) => {
  const watched = watchLogger(pinoInto().logger, Date.now)
  watched.logger.error({ err }, 'no')
  expect(watched.lastError()).toMatchObject({ code, remedy: expect.stringContaining(remedy) })
})

it.each([
  ['throws', broken],
  ['rejects', () => Promise.reject(new Error('the transport is gone'))],
])('keeps from the host what its logger %s, and counts it', async (_how, fail) => {
  const watched = watchLogger(failingLogger(fail), Date.now)
  watched.logger.error({}, 'one')
  watched.logger.debug({}, 'two')
  await new Promise(setImmediate)
  expect(watched.failures()).toBe(2)
})

it('serves a host whose logger throws', async () => {
  const trail = createMemoryTrail({ logger: failingLogger(broken), authorize: broken })
  const answer = await trail.handle({
    method: 'GET',
    path: '/activity',
    query: new URLSearchParams(),
    headers: {},
    native: undefined,
  })
  expect(answer.status).toBe(500)
  expect(await trail.status()).toMatchObject({ swallowedErrors: 1, loggerFailures: 1 })
})
