import { Agent, type ClientRequest, type IncomingHttpHeaders, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { USER_HEADER } from './case-app'

/** One request of a case. */
export interface CaseRequest {
  /** Goes out as `x-request-id`; the actor is `user-<id>`. */
  readonly id: string
  readonly method?: string
  readonly path: string
  /** Sent as JSON, unless it is text already. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Default: connections shared with the other requests of the run. */
  readonly agent?: Agent
}

/** What came back. */
export interface CaseAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** The client side of the cases. */
export interface CaseClient {
  readonly port: number
  readonly http2Port: number | undefined
  /** Sends a request and reads the whole answer; rejects when the connection breaks first. */
  fetch(asked: CaseRequest): Promise<CaseAnswer>
  /** Sends a request and leaves the rest to the caller; errors are swallowed. */
  start(asked: CaseRequest): ClientRequest
  /** A bare connection, for bytes that no client library sends. */
  open(): Promise<Socket>
  close(): void
}

/** A keep-alive client for the case application. */
export function createCaseClient(port: number, http2Port?: number): CaseClient {
  const shared = new Agent({ keepAlive: true })
  const start = (asked: CaseRequest): ClientRequest => {
    const body = typeof asked.body === 'string' || asked.body === undefined ? asked.body : JSON.stringify(asked.body)
    const headers = {
      ...identify(asked.id),
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...asked.headers,
    }
    const { method = 'GET', path, agent = shared } = asked
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path, headers })
    outgoing.on('error', () => undefined)
    outgoing.end(body)
    return outgoing
  }
  return {
    port,
    http2Port,
    start,
    fetch: (asked) => answerOf(start(asked)),
    async open() {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      return socket
    },
    close: () => shared.destroy(),
  }
}

/** The headers that say whose request this is. */
export function identify(id: string): Record<string, string> {
  return { 'x-request-id': id, [USER_HEADER]: `user-${id}` }
}

/** A request as text, for a bare connection. */
export function requestText(first: string, id: string, more: Readonly<Record<string, string>> = {}): string {
  const headers = Object.entries({ host: '127.0.0.1', ...identify(id), ...more })
  return [first, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
}

function answerOf(outgoing: ClientRequest): Promise<CaseAnswer> {
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() })
      })
    })
  })
}
