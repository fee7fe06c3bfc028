/** What became of one request, by its client's own record. */
export interface Answer {
  /** The request id, unique in the run; it is in the header, in the path and in the body. */
  readonly id: string
  readonly method: 'GET' | 'POST'
  /**
   * - `acknowledged`: the whole response arrived
   * - `unanswered`: bytes were sent, or may have been, and no whole response came
   * - `unsent`: the connection was refused, so that the server cannot know of it
   */
  readonly fate: 'acknowledged' | 'unanswered' | 'unsent'
  readonly status?: number
  /** When the request began, in ms since 1970, and how long its answer took. */
  readonly at?: number
  readonly tookMs?: number
}

/** A row of the log, as the rig reads it. `requestId` is undefined when the row names none of the run. */
export interface LoggedEvent {
  readonly id: string
  readonly requestId: string | undefined
  readonly source: string
  readonly action: string
  readonly resourceId: string | undefined
  readonly result: string
  readonly status: number | undefined
  readonly intentId: string | undefined
}

/** What the rig compares. */
export interface Evidence {
  readonly answers: readonly Answer[]
  readonly events: readonly LoggedEvent[]
  /** The request ids of the business rows that are committed. */
  readonly rows: readonly string[]
}

/** Counts of what must not be, each with a few examples, and the figures of the run. */
export interface Verdict {
  readonly acknowledged: number
  readonly unanswered: number
  readonly unsent: number
  readonly rows: number
  readonly events: number
  /** Acknowledged requests whose only event says `unknown`. */
  readonly unknown: number
  /** Unanswered requests that the log knows, by their result. */
  readonly unansweredKnown: number
  readonly unansweredUnknown: number
  readonly violations: Readonly<Record<Violation, readonly string[]>>
}

const VIOLATIONS = [
  /** An acknowledged request without an event. */
  'lost',
  /** More than one known outcome, or more than one `unknown`, or an `unknown` that is not linked to its outcome. */
  'duplicated',
  /** An event for a request that was not sent, or that names no request of the run. */
  'foreign',
  /** An event that says something else than the client saw. */
  'wrong',
  /** A committed business row without its own event, recorded in the same transaction. */
  'rowWithoutEvent',
  /** A recorded event whose business row is not there, or which is there twice. */
  'eventWithoutRow',
  /** A committed business row whose request left no event. */
  'rowWithoutRequest',
] as const
type Violation = (typeof VIOLATIONS)[number]

const ACTIONS = { GET: ['item.read', 'item.list'], POST: ['item.create'] } as const
/** The action of the event that the handler records inside its transaction. */
export const RECORDED_ACTION = 'item.stocked'

interface OfRequest {
  readonly known: LoggedEvent[]
  readonly unknown: LoggedEvent[]
  readonly recorded: LoggedEvent[]
}

/** Holds the log and the business tables against what the clients know. Pure. */
export function judge({ answers, events, rows }: Evidence): Verdict {
  const violations = Object.fromEntries(VIOLATIONS.map((name) => [name, [] as string[]])) as Record<Violation, string[]>
  const byRequest = group(events, violations.foreign)
  const figures = { acknowledged: 0, unanswered: 0, unsent: 0, unknown: 0, unansweredKnown: 0, unansweredUnknown: 0 }
  for (const answer of answers) {
    figures[answer.fate]++
    const of = byRequest.get(answer.id)
    if (answer.fate === 'unsent' && of) violations.foreign.push(answer.id)
    if (answer.fate === 'acknowledged' && !(of && of.known.length + of.unknown.length > 0))
      violations.lost.push(answer.id)
    if (!of) continue
    if (isDuplicated(of)) violations.duplicated.push(answer.id)
    if (of.known.some((event) => isWrong(event, answer))) violations.wrong.push(answer.id)
    const onlyUnknown = of.known.length === 0 && of.unknown.length > 0
    if (answer.fate === 'acknowledged' && onlyUnknown) figures.unknown++
    if (answer.fate === 'unanswered') figures[onlyUnknown ? 'unansweredUnknown' : 'unansweredKnown']++
  }
  judgeRows(rows, byRequest, violations)
  const sent = new Set(answers.map(({ id }) => id))
  for (const id of byRequest.keys()) if (!sent.has(id)) violations.foreign.push(id)
  return { ...figures, rows: rows.length, events: events.length, violations }
}

function group(events: readonly LoggedEvent[], foreign: string[]): Map<string, OfRequest> {
  const byRequest = new Map<string, OfRequest>()
  for (const event of events) {
    if (event.requestId === undefined) {
      foreign.push(event.id)
      continue
    }
    let of = byRequest.get(event.requestId)
    if (!of) byRequest.set(event.requestId, (of = { known: [], unknown: [], recorded: [] }))
    if (event.action === RECORDED_ACTION) of.recorded.push(event)
    else (event.result === 'unknown' ? of.unknown : of.known).push(event)
  }
  return byRequest
}

function isDuplicated({ known, unknown }: OfRequest): boolean {
  if (known.length > 1 || unknown.length > 1) return true
  const [outcome] = known
  const [guess] = unknown
  return outcome !== undefined && guess !== undefined && guess.intentId !== outcome.id
}

function isWrong(event: LoggedEvent, answer: Answer): boolean {
  const actions: readonly string[] = ACTIONS[answer.method]
  if (!actions.includes(event.action)) return true
  if (answer.fate !== 'acknowledged' || answer.status === undefined) return false
  const result = answer.status < 400 ? 'success' : 'failure'
  return event.status !== answer.status || event.result !== result
}

function judgeRows(
  rows: readonly string[],
  byRequest: ReadonlyMap<string, OfRequest>,
  violations: Record<Violation, string[]>,
): void {
  const committed = new Set(rows)
  for (const id of committed) {
    const of = byRequest.get(id)
    if (!of || of.recorded.length === 0) violations.rowWithoutEvent.push(id)
    if (!of || of.known.length + of.unknown.length === 0) violations.rowWithoutRequest.push(id)
  }
  for (const [id, { recorded }] of byRequest) {
    const wanted = committed.has(id) ? 1 : 0
    if (recorded.length > wanted) violations.eventWithoutRow.push(id)
  }
}
