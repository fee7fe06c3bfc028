import { PROBLEMS } from '../../packages/core/src/http/problem'

/** The members of a problem that tests look at. */
export interface SeenProblem {
  readonly code: keyof typeof PROBLEMS
  readonly detail: string
  readonly parameter?: string
  readonly remedy?: string
}

/** Reads an answer that has to be a well-formed problem: media type, members, code and status in agreement. */
export async function expectProblem(response: Response): Promise<SeenProblem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const body = (await response.json()) as SeenProblem
  const allowed = ['type', 'title', 'status', 'detail', 'code', 'parameter', 'remedy']
  expect(Object.keys(body).filter((name) => !allowed.includes(name))).toEqual([])
  expect(PROBLEMS).toHaveProperty(body.code)
  const { status, title } = PROBLEMS[body.code]
  expect(body).toMatchObject({ type: `urn:actrail:problem:${body.code}`, title, status })
  expect(response.status).toBe(status)
  expect(body.detail).toMatch(/\.$/)
  expect(body.remedy).toMatch(/\S/)
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.[jt]s:\d|select .* from/i)
  return body
}
