import { connect } from 'node:net'
import type { Random } from '../runner/random'
import { TOKEN } from './requests'

const REST = `Host: x\r\nAuthorization: Bearer ${TOKEN}\r\n`

/** Bytes that are no request, or nearly one. `base` is where the API is mounted. */
const GARBAGE: readonly ((base: string, random: Random) => string)[] = [
  (_base, random) => Array.from({ length: random.between(1, 600) }, () => String.fromCharCode(random.between(0, 255))).join(''), // prettier-ignore
  (base) =>
    `GET ${base}/activity HTTP/1.1\r\n${REST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET`,
  (base) => `POST ${base}/activity HTTP/1.1\r\n${REST}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n`,
  (base) => `POST ${base}/activity HTTP/1.1\r\n${REST}Content-Length: -5\r\n\r\n`,
  (base) => `POST ${base}/activity HTTP/1.1\r\n${REST}Content-Length: 99999999999999999999\r\n\r\nabc`,
  (base) => `GET ${base}/activity HTTP/1.1\r\n${REST}no colon here\r\n\r\n`,
  (base) => `GET ${base}/activity HTTP/1.1\r\n${REST}X-Long: ${'x'.repeat(100_000)}\r\n\r\n`,
  (base) => `GET ${base}/activity HTTP/1.1\r\n${REST}${'X-A: b\r\n'.repeat(3_000)}\r\n`,
  (base) => `GET ${base}/activity HTTP/1.1\r\n${REST} folded: header\r\n\r\n`,
  (base) => `GET ${base}/activity HTTP/9.9\r\n${REST}\r\n`,
  (base) => `GET ${base}/activity\r\n\r\n`,
  (base) => `GET ${base}/activity\0 HTTP/1.1\r\n${REST}\r\n`,
  (base) => `GET ${base}/act\x80\xff HTTP/1.1\r\n${REST}\r\n`,
  (base) => `GET http://evil.example${base}/activity?limit=x HTTP/1.1\r\n${REST}\r\n`,
  (base) => `GET //evil.example${base}/activity HTTP/1.1\r\n${REST}\r\n`,
  (base) => `GET http://[::1${base} HTTP/1.1\r\n${REST}\r\n`,
  () => `OPTIONS * HTTP/1.1\r\n${REST}\r\n`,
  (base) => `CONNECT ${base}:443 HTTP/1.1\r\n${REST}\r\n`,
  (base) => `GET ${base}/activity#a?limit=0 HTTP/1.1\r\n${REST}\r\n`,
  (base) => `GET ${base}/activity?${'a=1&'.repeat(3_000)} HTTP/1.1\r\n${REST}\r\n`,
  (base) => `get ${base}/activity HTTP/1.1\r\n${REST}\r\n`,
  (base) => `GET ${base}/activity HTTP/1.1\nHost: x\n\n`,
  (base) => `GET ${base}/activity HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n`,
  (base) => `GET ${base}/activity HTTP/1.0\r\n\r\n`,
  (base) => `GET ${base}/health HTTP/1.1\r\n${REST}\r\n`.repeat(50),
  (base, random) => `GET ${base}/activity HTTP/1.1\r\n${REST}\r\n`.slice(0, random.between(1, 60)),
  () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
]

/** What raw bytes got back, as Latin-1; undefined when the server neither answered nor closed within a minute. */
export interface RawAnswer {
  readonly sent: string
  readonly bytes: string | undefined
}

const HANGS_MS = 60_000

/** Sends garbage over a socket of its own, ends it, and waits until the server closes too. */
export function sendGarbage(port: number, base: string, random: Random): Promise<RawAnswer> {
  const garbage = random.pick(GARBAGE)(base, random)
  const sent = garbage.slice(0, 60)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1')
    const done = (): void => resolve({ sent, bytes: Buffer.concat(chunks).toString('latin1') })
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', done).on('close', done)
    socket.setTimeout(HANGS_MS, () => {
      resolve({ sent, bytes: undefined })
      socket.destroy()
    })
    socket.end(Buffer.from(garbage, 'latin1'))
  })
}
