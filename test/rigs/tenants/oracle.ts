import type { CrossRequest } from './requests'
import { maySee } from './world'

/** An answer as the client sees it. */
export interface CrossAnswer {
  readonly status: number
  readonly body: string
  /** `X-Total-Count`, where there is one. */
  readonly total: number | undefined
}

/** Whose events stand in a body: each event carries the name of its workspace. */
export function ownersIn(body: string): string[] {
  // Inside of JSON or CSV nothing of these names is escaped but what is not ASCII, and that is not.
  return [...body.matchAll(/owner:(.*?):/g)].map(([, owner]) => owner ?? '')
}

/**
 * What is wrong with an answer, in words; undefined when nothing is. Nothing of another tenant is shown or counted, and
 * another tenant's event does not exist. Pure.
 */
export function leakIn({ reader, wants }: CrossRequest, answer: CrossAnswer): string | undefined {
  const foreign = ownersIn(answer.body).find((owner) => !maySee(reader, owner))
  if (foreign !== undefined) return `shows an event of ${foreign}`
  if (answer.status >= 500) return `answers ${answer.status}`
  if (answer.status >= 400 && answer.total !== undefined) return 'counts what it refuses'
  if (wants === undefined) return undefined
  if (maySee(reader, wants)) return answer.status === 200 ? undefined : `hides an event of its own (${answer.status})`
  // Who may read nothing at all is told so; whoever may read something learns that there is no such event.
  return answer.status === 404 ? undefined : `answers ${answer.status} for an event of another tenant`
}
