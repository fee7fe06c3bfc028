import { connect, type Socket } from 'node:net'
import { serveParent } from '../../test/rigs/runner/parent'

/** What the load process is told for one stretch. */
export interface LoadRequest {
  readonly port: number
  readonly requests: number
  readonly connections: number
  /** Requests per second that are offered; absent: each connection sends its next request at once. */
  readonly perSecond?: number
}

/** What it measured. */
export interface LoadResult {
  readonly elapsedMs: number
  readonly failed: number
}

const END_OF_HEAD = Buffer.from('\r\n\r\n')
const LENGTH = Buffer.from('\r\nContent-Length: ')

interface Work {
  left: number
  failed: number
  /** Ends the waiting of whoever waits for the next request to be due. */
  readonly due: () => Promise<void> | undefined
}

/**
 * Plays requests over keep-alive connections, each with one in flight. Bare sockets instead of `node:http`, so that on
 * two cores the load leaves the server a core of its own.
 */
async function runLoad({ port, requests, connections, perSecond }: LoadRequest): Promise<LoadResult> {
  const work: Work = { left: requests, failed: 0, due: perSecond === undefined ? () => undefined : pace(perSecond) }
  const began = process.hrtime.bigint()
  await Promise.all(Array.from({ length: connections }, (_, number) => connection(port, number, work)))
  return { elapsedMs: Number(process.hrtime.bigint() - began) / 1e6, failed: work.failed }
}

/** Lets one caller through each `1 / perSecond` seconds; who comes late finds its turn already there. */
function pace(perSecond: number): () => Promise<void> | undefined {
  const began = performance.now()
  let turns = 0
  return () => {
    const waitMs = began + (turns++ / perSecond) * 1_000 - performance.now()
    return waitMs <= 0 ? undefined : new Promise((resolve) => setTimeout(resolve, waitMs))
  }
}

async function connection(port: number, number: number, work: Work): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  try {
    while (work.left-- > 0) {
      await work.due()
      if ((await exchange(socket, port, number)) !== '200') work.failed++
    }
  } finally {
    socket.destroy()
  }
}

let asked = 0

/** Resolves with the status of the answer. */
function exchange(socket: Socket, port: number, user: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let buffered: Buffer | undefined
    const onData = (chunk: Buffer): void => {
      buffered = buffered ? Buffer.concat([buffered, chunk]) : chunk
      const size = answerSize(buffered)
      if (size === undefined || buffered.length < size) return
      socket.off('data', onData).off('error', reject)
      resolve(buffered.toString('latin1', 9, 12))
    }
    socket.on('data', onData).on('error', reject)
    const id = ++asked
    socket.write(
      `GET /items/${id} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) bench/1.0\r\n` +
        `Accept: application/json\r\nX-User: user-${user}\r\nX-Request-Id: request-${id}\r\nConnection: keep-alive\r\n\r\n`,
    )
  })
}

function answerSize(buffer: Buffer): number | undefined {
  const head = buffer.indexOf(END_OF_HEAD)
  if (head < 0) return undefined
  const at = buffer.indexOf(LENGTH)
  const length = Number.parseInt(buffer.toString('latin1', at + LENGTH.length, at + LENGTH.length + 10), 10)
  return head + END_OF_HEAD.length + length
}

serveParent({ run: runLoad })
