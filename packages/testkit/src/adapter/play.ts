import type { StoredEvent } from '@actrail/core'
import { CASE_WORKSPACE, type ServedCaseApp } from './case-app'
import { type CaseClient, createCaseClient } from './client'
import { mistakesOf } from './mistakes'
import type { ExpectedEvent, OutcomeCase } from './outcome-case'
import { readEvents } from './read-events'

/** How a case went over all its plays. */
export interface CaseReport {
  readonly name: string
  readonly plays: number
  /** Events that the plays must leave. */
  readonly expected: number
  /** What was wrong, one line each; empty when every play left exactly its events. */
  readonly mistakes: readonly string[]
}

/** How much to play. */
export interface PlayOptions {
  /** Plays of each case. */
  readonly times: number
  /** Plays at once. */
  readonly width: number
  readonly onCase?: (name: string) => void
}

interface Played {
  readonly outcome: OutcomeCase
  readonly ids: readonly string[]
  readonly failures: readonly string[]
}

const PATIENCE_MS = 60_000

/**
 * Plays each case `times` over, waits until the log holds what it must, and compares. All cases are compared at the
 * end, so that an event that comes twice, or late, is seen.
 */
export async function playCases(
  served: ServedCaseApp,
  cases: readonly OutcomeCase[],
  options: PlayOptions,
): Promise<CaseReport[]> {
  const client = createCaseClient(served.port, served.http2Port)
  const played: Played[] = []
  for (const [number, outcome] of cases.entries()) {
    if (outcome.http2 && served.http2Port === undefined) continue
    options.onCase?.(outcome.name)
    played.push(await playOne(outcome, { client, prefix: `c${number + 1}`, ...options }))
  }
  client.close()
  const expected = new Map(played.map((one) => [one, one.ids.flatMap((id) => one.outcome.expected(id))]))
  const count = [...expected.values()].reduce((sum, events) => sum + events.length, 0)
  const found = byRequest(await eventually(served, count))
  return played.map((one) => report(one, expected.get(one) ?? [], found))
}

interface PlayContext {
  readonly client: CaseClient
  readonly prefix: string
  readonly times: number
  readonly width: number
}

async function playOne(outcome: OutcomeCase, { client, prefix, times, width }: PlayContext): Promise<Played> {
  const ids: string[] = []
  const failures: string[] = []
  const worker = async (): Promise<void> => {
    while (ids.length < times) {
      const id = `${prefix}-${ids.length + 1}`
      ids.push(id)
      await outcome.play(client, id).catch((error: unknown) => failures.push(`${id}: ${String(error)}`))
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, times) }, worker))
  return { outcome, ids, failures }
}

/** The log once it holds at least `count` events, or has not grown to that in a minute. */
async function eventually({ trail }: ServedCaseApp, count: number): Promise<StoredEvent[]> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    await trail.flush()
    const { total } = await trail.query({ workspace: CASE_WORKSPACE }, { limit: 1 })
    if (total >= count || Date.now() > deadline) {
      // Aborted requests wait for their grace: whatever is still on its way must not be missed.
      await new Promise((resolve) => setTimeout(resolve, 500))
      await trail.flush()
      return readEvents(trail)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function byRequest(events: readonly StoredEvent[]): Map<string, StoredEvent[]> {
  const found = new Map<string, StoredEvent[]>()
  for (const event of events) {
    const id = event.request_id ?? ''
    found.set(id, [...(found.get(id) ?? []), event])
  }
  return found
}

function report(
  { outcome, ids, failures }: Played,
  expected: readonly ExpectedEvent[],
  found: ReadonlyMap<string, readonly StoredEvent[]>,
): CaseReport {
  const wanted = new Map<string, ExpectedEvent[]>(ids.map((id) => [id, []]))
  for (const event of expected) wanted.set(event.request_id, [...(wanted.get(event.request_id) ?? []), event])
  const mistakes = [...wanted].flatMap(([id, events]) => mistakesOf(id, events, found.get(id) ?? []))
  return { name: outcome.name, plays: ids.length, expected: expected.length, mistakes: [...failures, ...mistakes] }
}
