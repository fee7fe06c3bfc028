import { percentile, rounded } from '../runner/statistics'
import type { Answer } from './oracle'

/** From one moment to before another, in ms since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** What the clients felt during a span of time. */
export interface Felt {
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly slowestMs: number
}

/** The times that acknowledged requests took which began in the span; those without an answer are not in it. */
export function felt(answers: readonly Answer[], { from, to }: Span): Felt {
  const took = answers.flatMap(({ at = NaN, tookMs = NaN, fate }) =>
    fate === 'acknowledged' && at >= from && at < to ? [tookMs] : [],
  )
  return {
    requests: took.length,
    p50Ms: rounded(percentile(took, 50), 2),
    p99Ms: rounded(percentile(took, 99), 2),
    slowestMs: rounded(percentile(took, 100), 1),
  }
}

/** Requests that got no answer, or another one than the application gives, by their ids. */
export function unserved(answers: readonly Answer[]): string[] {
  return answers
    .filter(({ fate, method, status = 0 }) => {
      if (fate !== 'acknowledged') return true
      return method === 'GET' ? status !== 200 : status !== 201 && status !== 409
    })
    .map(({ id }) => id)
}
