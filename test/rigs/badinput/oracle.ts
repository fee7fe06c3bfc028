import type { BadRequest } from './requests'

/** An answer as it came over the socket. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** From the first byte sent to the last one received, in ms. */
  readonly ms: number
}

/** Longer than this is too long for any answer, in ms. */
export const SLOW_MS = 1_000

const LEAKS = /node_modules|\.[jt]s:\d+|\bat \S+ \(|select .* from|ECONN|relation "/i
const MEMBERS = new Set(['type', 'title', 'status', 'detail', 'code', 'parameter', 'remedy'])

/** What is wrong with an answer, in words; undefined when nothing is. Pure. */
export function mistakeIn(request: BadRequest, answer: Answer): string | undefined {
  const { status } = answer
  if (status >= 500) return `${status}`
  if (answer.ms > SLOW_MS) return 'slower than a second'
  if (request.bad !== undefined && status !== 400) return `${status} instead of 400`
  const isBare = request.method === 'HEAD' || answer.contentType === ''
  if (status < 400 || isBare) return request.bad === undefined || status === 400 ? undefined : `${status} for bad input`
  if (!answer.contentType.startsWith('application/problem+json')) {
    return request.ours && request.bad !== undefined ? `${answer.contentType} is no problem+json` : undefined
  }
  return mistakeInProblem(request, answer)
}

function mistakeInProblem({ bad }: BadRequest, { status, body }: Answer): string | undefined {
  const problem = readJson(body)
  if (problem === undefined) return 'a problem that is no JSON object'
  const strangers = Object.keys(problem).filter((name) => !MEMBERS.has(name))
  if (strangers.length > 0) return `a problem with ${strangers.join(', ')}`
  const isWhole = [problem['type'], problem['title'], problem['detail'], problem['code'], problem['remedy']].every(
    (member) => typeof member === 'string' && member !== '',
  )
  if (!isWhole || problem['status'] !== status) return 'a problem that is not whole'
  if (LEAKS.test(body)) return 'a problem that tells of the inside'
  if (bad !== undefined && problem['parameter'] !== bad) return `a problem that names ${String(problem['parameter'])}`
  return undefined
}

function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** What is wrong with the bytes that raw garbage got back; undefined when nothing is. Pure. */
export function mistakeInBytes(bytes: string | undefined): string | undefined {
  if (bytes === undefined) return 'neither an answer nor an end'
  const statuses = [...bytes.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status))
  const failed = statuses.find((status) => status >= 500 && status !== 501 && status !== 505)
  if (failed !== undefined) return `${failed}`
  return bytes === '' || bytes.startsWith('HTTP/1.') ? undefined : 'an answer that is no HTTP'
}
