import type { Answer } from '../app/oracle'
import type { ReportedGap } from '../app/read-log'

/** What is known of losses, from three sides. */
export interface Losses {
  /** Acknowledged requests that the log does not know, by their clients. */
  readonly missing: number
  /** What the process says that it lost. */
  readonly counted: number
  /** What the log says itself. */
  readonly gaps: readonly ReportedGap[]
}

/** Events that the gaps of a log account for. */
export function reportedEvents(gaps: readonly ReportedGap[]): number {
  return gaps.filter(({ counted }) => counted === 'events').reduce((sum, { count }) => sum + count, 0)
}

/** What is wrong about how losses were told, in words; none when all sides say the same. */
export function wrongAccounts({ missing, counted, gaps }: Losses): string[] {
  const reported = reportedEvents(gaps)
  const wrong: string[] = []
  if (counted !== missing) wrong.push(`${missing} events are missing, and the process counts ${counted}`)
  if (reported !== missing) wrong.push(`${missing} events are missing, and the log reports ${reported}`)
  for (const { reason, count } of gaps) {
    if (reason !== 'no-room' || count <= 0) wrong.push(`a gap of ${count} says "${reason}"`)
  }
  return wrong
}

/** What clients of a journal in mode `strict` were told, and what was done. */
export interface Strictness {
  readonly answers: readonly Answer[]
  /** Ids of the requests whose handler ran. */
  readonly handled: readonly string[]
}

/** Requests that were refused although their handler ran, or served although they were refused to be kept. */
export function wronglyRefused({ answers, handled }: Strictness): string[] {
  const ran = new Set(handled)
  return answers.filter(({ id, status }) => status === 503 && ran.has(id)).map(({ id }) => id)
}

/** The answers as the log must know them: a refused request is to be no more in it than one that was never sent. */
export function withoutRefused(answers: readonly Answer[]): Answer[] {
  return answers.map((answer) => (answer.status === 503 ? { ...answer, fate: 'unsent' } : answer))
}
