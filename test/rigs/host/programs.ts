import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Random } from '../runner/random'

/** One thing that a handler does to its response. */
export type Step =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'header'; readonly name: string; readonly value: string | string[] }
  | { readonly kind: 'head'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'write' | 'end' | 'endTwice'; readonly text: string }
  | { readonly kind: 'pipe'; readonly chunks: readonly string[] }
  | { readonly kind: 'trailer'; readonly value: string }
  | { readonly kind: 'pause' | 'flush' | 'hints' | 'destroy' | 'bare' }

/** A generated handler: steps on Node's response, or an answer in the framework's own way. */
export type Program =
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  | { readonly kind: 'json' | 'text' | 'bytes' | 'stream' | 'empty'; readonly status: number; readonly text: string }
  | { readonly kind: 'redirect' | 'throw' | 'reject' }
  | { readonly kind: 'missing' }

/** A generated handler, and how it is asked. */
export interface Generated {
  readonly program: Program
  readonly method: string
  readonly version: '1.0' | '1.1'
}

const STATUSES = [200, 200, 200, 201, 202, 204, 206, 301, 304, 400, 403, 404, 409, 418, 500, 503]
const TEXTS = ['', 'ok', '{"a":1}', 'é𝒳\u2028', 'x'.repeat(5_000), 'y'.repeat(70_000), '\0\x01binary']
const NAMES = ['X-One', 'x-two', 'Cache-Control', 'ETag', 'Vary', 'Content-Type', 'Link', 'Last-Modified']
const FRAMED = ['json', 'text', 'bytes', 'stream', 'empty', 'redirect', 'throw', 'reject', 'missing'] as const

/** The next handler of a run. */
export function generate(random: Random): Generated {
  return {
    program: random.next() < 0.5 ? { kind: 'steps', steps: stepsOf(random) } : framed(random),
    method: random.pick(['GET', 'GET', 'GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']),
    version: random.next() < 0.1 ? '1.0' : '1.1',
  }
}

function framed(random: Random): Program {
  const kind = random.pick(FRAMED)
  if (kind === 'missing') return { kind }
  if (kind === 'redirect' || kind === 'throw' || kind === 'reject') return { kind }
  return { kind, status: random.pick(STATUSES), text: random.pick(TEXTS) }
}

function stepsOf(random: Random): Step[] {
  const before = Array.from({ length: random.between(0, 4) }, () => headStep(random))
  const body = Array.from({ length: random.between(0, 4) }, () => bodyStep(random))
  const text = random.pick(TEXTS)
  const last = random.pick<Step>([
    ...[1, 2, 3, 4].map((): Step => ({ kind: 'end', text })),
    { kind: 'bare' },
    { kind: 'endTwice', text },
    { kind: 'pipe', chunks: [text, 'and', text] },
    { kind: 'destroy' },
  ])
  return [...before, ...body, last]
}

function headStep(random: Random): Step {
  const kind = random.between(0, 5)
  if (kind === 0) return { kind: 'status', status: random.pick(STATUSES) }
  if (kind === 1) return { kind: 'header', name: 'Set-Cookie', value: ['a=1', `b=${random.between(0, 9)}; Path=/`] }
  if (kind === 2) return { kind: 'header', name: 'Trailer', value: 'X-Sum' }
  if (kind === 3) return { kind: 'hints' }
  return { kind: 'header', name: random.pick(NAMES), value: `"v${random.between(0, 99)}"` }
}

function bodyStep(random: Random): Step {
  const kind = random.between(0, 6)
  if (kind === 0) return { kind: 'pause' }
  if (kind === 1) return { kind: 'flush' }
  if (kind === 2) return { kind: 'trailer', value: String(random.between(0, 99)) }
  if (kind === 3) return { kind: 'head', status: random.pick(STATUSES), headers: { 'x-head': 'h' } }
  return { kind: 'write', text: random.pick(TEXTS) }
}

/** Plays steps on a response of Node's. What Node refuses, such as a header after the head, ends it the hard way. */
export async function playSteps(res: ServerResponse, steps: readonly Step[]): Promise<void> {
  res.on('error', () => undefined) // a write after the end
  try {
    for (const step of steps) await playStep(res, step)
  } catch {
    res.destroy()
  }
}

async function playStep(res: ServerResponse, step: Step): Promise<void> {
  switch (step.kind) {
    case 'status':
      res.statusCode = step.status
      return
    case 'header':
      res.setHeader(step.name, step.value)
      return
    case 'head':
      if (!res.headersSent) res.writeHead(step.status, step.headers)
      return
    case 'write':
      res.write(step.text)
      return
    case 'end':
      res.end(step.text)
      return
    case 'endTwice':
      res.end(step.text)
      res.end('again')
      return
    case 'bare':
      res.end()
      return
    case 'pipe':
      Readable.from(step.chunks).pipe(res)
      return
    case 'trailer':
      res.addTrailers({ 'X-Sum': step.value })
      return
    case 'pause':
      return new Promise((resolve) => setImmediate(resolve))
    case 'flush':
      res.flushHeaders()
      return
    case 'hints':
      res.writeEarlyHints({ link: '</a.css>; rel=preload' })
      return
    case 'destroy':
      res.destroy()
  }
}

/** What a framework's stream answer reads from. */
export const streamOf = (text: string): Readable =>
  Readable.from([Buffer.from(text), Buffer.from('and'), Buffer.from(text)])
