import { queryString, type QueryValues } from './address.js'
import { answerInvalid } from './answer-invalid.js'
import { ActrailClientError } from './client-error.js'
import { createLeash, unless, type Leash } from './leash.js'
import { problemAnswer } from './problem-answer.js'
import { retrying } from './retry.js'

/** How the API is reached; the client's options, resolved. */
export interface Reach {
  readonly mount: string
  readonly token: string | (() => string | Promise<string>) | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: typeof fetch
  readonly retries: number
  readonly timeoutMs: number
}

/** One request. */
export interface Ask {
  readonly path: string
  readonly query?: QueryValues | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** The body of a POST; absent: a GET. */
  readonly body?: string
  readonly signal?: AbortSignal | undefined
}

/** Asks the API. */
export interface Connection {
  readonly retries: number
  /** The JSON of an answer. Tries again while that may help. */
  json(ask: Ask): Promise<unknown>
  /**
   * The body of an answer as it comes, asked for once and read only as it is taken. `idleMs` without a byte (default
   * `timeoutMs`) is a time-out.
   */
  chunks(ask: Ask, idleMs?: number): AsyncGenerator<Uint8Array, void, undefined>
}

/** Makes a connection; nothing is sent before it is asked. */
export function createConnection(reach: Reach): Connection {
  const { retries, timeoutMs } = reach

  async function jsonOnce(ask: Ask): Promise<unknown> {
    const leash = createLeash(ask.signal)
    try {
      leash.allow(timeoutMs)
      const response = await answered(reach, ask, leash)
      return parsed(await unless(leash.signal, response.text()), response.status)
    } catch (error) {
      throw leash.reasonOf(error)
    } finally {
      leash.end()
    }
  }

  async function* chunks(ask: Ask, idleMs = timeoutMs): AsyncGenerator<Uint8Array, void, undefined> {
    const leash = createLeash(ask.signal)
    try {
      leash.allow(timeoutMs)
      const reader = (await answered(reach, ask, leash)).body?.getReader()
      for (;;) {
        // The clock stands while the caller works: a slow reader is not a silent server.
        leash.allow(idleMs)
        // Node's fetch leaves the reader of a compressed answer waiting for ever when its signal aborts.
        const next = reader && (await unless(leash.signal, reader.read()))
        leash.allow(undefined)
        if (!next || next.done) return
        yield next.value as Uint8Array
      }
    } catch (error) {
      throw leash.reasonOf(error)
    } finally {
      leash.end()
    }
  }

  return {
    retries,
    json: (ask) => retrying(() => jsonOnce(ask), { retries, signal: ask.signal }),
    chunks,
  }
}

/** The answer to one request, if it is a good one. A token that was refused is fetched anew, once. */
async function answered(reach: Reach, ask: Ask, leash: Leash): Promise<Response> {
  let response = await send(reach, ask, leash)
  if (response.status === 401 && typeof reach.token === 'function') {
    await response.body?.cancel()
    response = await send(reach, ask, leash)
  }
  if (response.ok) return response
  throw await problemAnswer(response)
}

async function send(reach: Reach, { path, query = {}, headers, body }: Ask, { signal }: Leash): Promise<Response> {
  const token = typeof reach.token === 'function' ? await unless(signal, fetchToken(reach.token)) : reach.token
  const init: RequestInit = {
    method: body === undefined ? 'GET' : 'POST',
    headers: headersOf({
      ...reach.headers,
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }),
    signal,
  }
  if (body !== undefined) init.body = body
  return reach.fetch(reach.mount + path + queryString(query), init)
}

async function fetchToken(token: () => string | Promise<string>): Promise<string> {
  try {
    return await token()
  } catch (cause) {
    const message = 'The function given as `token` failed. Its error is the cause.'
    throw new ActrailClientError('ERR_CLIENT_TOKEN_FAILED', message, { cause })
  }
}

function headersOf(values: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers(values)
  } catch {
    // Without its cause: the platform's message repeats the value, which may be the token.
    const message = 'The token or a header has characters that a header cannot carry. Look for line ends in it.'
    throw new ActrailClientError('ERR_CLIENT_INPUT_INVALID', message)
  }
}

function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw answerInvalid('The answer is not JSON.', { status, cause })
  }
}
