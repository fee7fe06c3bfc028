/** One kind of request, and what the host answers to it, whatever becomes of the log. */
export interface Question {
  readonly method: string
  readonly path: string
  /** Undefined: the mounted API, which may say that it cannot read. */
  readonly status: number | undefined
}

/** One request and the status that came back; 0 when none did. */
export interface Asked {
  readonly question: Question
  readonly status: number
}

/** What is asked under every fault. */
export const QUESTIONS: readonly Question[] = [
  { method: 'GET', path: '/programs/0', status: 200 },
  { method: 'GET', path: '/programs/1', status: 500 },
  { method: 'GET', path: '/programs/2', status: 500 },
  { method: 'POST', path: '/things/1', status: 201 },
  { method: 'GET', path: '/nowhere', status: 404 },
  { method: 'GET', path: '/api/v1/activity', status: undefined },
]

/**
 * What reached the host, in words; empty when nothing did: every request is answered as without the middleware, and
 * neither a rejection nor an error escapes. Pure.
 */
export function mistakesIn(fault: string, asked: readonly Asked[], escaped: readonly string[]): string[] {
  return [
    ...asked.flatMap(({ question, status }) => mistakeIn(question, status)),
    ...escaped.map((error) => `escaped under "${fault}": ${error.slice(0, 300)}`),
  ]
}

function mistakeIn({ method, path, status: wanted }: Question, status: number): string[] {
  if (status === 0) return [`${method} ${path}: no answer`]
  const isRight = wanted === undefined ? status === 200 || status === 401 || status >= 500 : status === wanted
  return isRight ? [] : [`${method} ${path}: ${status} instead of ${wanted ?? '200, 401 or 5xx'}`]
}
