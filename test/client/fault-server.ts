import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

import { close, listen } from './serve-log'

/** What goes wrong with one request on its way. */
export type Fault =
  /** Answered by what stands in between; the API sees nothing. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly body?: string
    }
  /** The connection breaks before the request is passed on. */
  | { readonly kind: 'refuse' }
  /** Nothing is answered, ever. */
  | { readonly kind: 'hang' }
  /** The API answers, and the answer is lost. */
  | { readonly kind: 'lose' }
  | Break
  /** Each byte of the body is written by itself. */
  | { readonly kind: 'trickle' }

/**
 * The connection breaks after so many bytes of the body (`cut`), or the body ends there as if that were all (`shorten`), as
 * behind a proxy that speaks HTTP/1.0 to the API.
 */
export interface Break {
  readonly kind: 'cut' | 'shorten'
  readonly afterBytes: number
}

/** A request that arrived. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
}

/** A proxy before an API that does to each request what it is told. */
export interface FaultServer {
  readonly origin: string
  readonly seen: readonly SeenRequest[]
  /** How much of all answers has been written. */
  passedBytes(): number
  /** What happens to the next requests whose address matches, one each; then they pass. */
  plan(pattern: RegExp, ...faults: readonly (Fault | undefined)[]): void
  /** Lets everything pass again, and forgets what was seen. */
  forget(): void
  stop(): Promise<void>
}

/** Starts a proxy before `upstream` on a free port. */
export async function startFaultServer(upstream: string): Promise<FaultServer> {
  const seen: SeenRequest[] = []
  let passed = 0
  const plans: { readonly pattern: RegExp; readonly fault: Fault | undefined }[] = []

  const { origin, server } = await listen(
    createServer((req, res) => {
      const { method = 'GET', url = '/', headers } = req
      seen.push({ method, url, headers })
      const at = plans.findIndex(({ pattern }) => pattern.test(url))
      const fault = at < 0 ? undefined : plans.splice(at, 1)[0]?.fault
      if (fault?.kind === 'hang') return
      if (fault?.kind === 'refuse') return void req.socket.destroy()
      if (fault?.kind === 'answer') return void res.writeHead(fault.status, fault.headers).end(fault.body)
      pass({ req, res, upstream, fault, wrote: (bytes) => (passed += bytes) })
    }),
  )
  return {
    origin,
    seen,
    plan: (pattern, ...faults) => plans.push(...faults.map((fault) => ({ pattern, fault }))),
    passedBytes: () => passed,
    forget: () => {
      plans.length = 0
      seen.length = 0
    },
    stop: () => close(server),
  }
}

interface Passing {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly upstream: string
  readonly fault: Fault | undefined
  readonly wrote: (bytes: number) => void
}

function pass({ req, res, upstream, fault, wrote }: Passing): void {
  const { method, url = '/', headers } = req
  // Compressed, a fault would fall on another byte each time.
  const plain = fault && fault.kind !== 'lose' ? { ...headers, 'accept-encoding': 'identity' } : headers
  const passed = ask(upstream + url, { method, headers: { ...plain, connection: 'close' } }, (answer) => {
    if (fault?.kind === 'lose') {
      answer.resume().on('end', () => req.socket.destroy())
      return
    }
    res.writeHead(answer.statusCode ?? 502, withoutHop(answer.headers))
    res.flushHeaders()
    void copy(answer, res, { fault, wrote }).catch(() => res.destroy())
  })
  passed.on('error', () => res.destroy())
  res.on('close', () => passed.destroy())
  req.pipe(passed)
}

async function copy(
  answer: IncomingMessage,
  res: ServerResponse,
  { fault, wrote }: Pick<Passing, 'fault' | 'wrote'>,
): Promise<void> {
  let left = fault?.kind === 'cut' || fault?.kind === 'shorten' ? fault.afterBytes : Infinity
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const kept = chunk.subarray(0, Math.min(left, chunk.length))
    if (fault?.kind === 'trickle') for (const byte of kept) await write(res, Buffer.of(byte))
    else await write(res, kept)
    wrote(kept.length)
    left -= kept.length
    if (left > 0) continue
    if (fault?.kind === 'shorten') break
    // What was written must have gone out, or nothing of it would arrive.
    await new Promise((resolve) => res.socket?.write('', resolve))
    await wait(1)
    res.destroy()
    return
  }
  res.end()
}

async function write(res: ServerResponse, bytes: Buffer): Promise<void> {
  if (bytes.length === 0) return
  await new Promise<void>((resolve, reject) => res.write(bytes, (error) => (error ? reject(error) : resolve())))
}

function withoutHop({ connection: _connection, 'content-length': _length, ...headers }: IncomingMessage['headers']) {
  return headers
}
