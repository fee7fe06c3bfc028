import type { StoredEvent } from '@actrail/core'
import { isDeepStrictEqual } from 'node:util'
import { CASE_WORKSPACE } from './case-app'
import type { ExpectedEvent } from './outcome-case'

const SUBSETS = new Set<string>(['details', 'changes', 'context'])

/** What every event of the case application says. */
const ALWAYS: Partial<StoredEvent> = { workspace_id: CASE_WORKSPACE, ip: '127.0.0.1' }

/** How the events that one request left differ from those that it must leave, in words; empty when they do not. */
export function mistakesOf(
  id: string,
  expected: readonly ExpectedEvent[],
  found: readonly StoredEvent[],
): readonly string[] {
  if (found.length !== expected.length) {
    const what = found.map((event) => `${event.action} ${event.result}`).join(', ')
    return [`${id}: ${found.length} events instead of ${expected.length}${what === '' ? '' : ` (${what})`}`]
  }
  const left = [...found]
  return expected.flatMap((wanted) => {
    // Several events of one request are told apart by their action.
    const at = Math.max(
      0,
      left.findIndex((event) => event.action === wanted.action),
    )
    const [event] = left.splice(at, 1)
    return event === undefined
      ? []
      : differences({ ...ALWAYS, ...asRouted(wanted, event) }, event).map((text) => `${id}: ${text}`)
  })
}

/** The path of a request that reached no route is in its details; with a route it is in the context. */
function asRouted({ routed_action: routed, details, ...wanted }: ExpectedEvent, { action }: StoredEvent) {
  return action === routed ? { ...wanted, action } : { ...wanted, ...(details !== undefined && { details }) }
}

function differences(wanted: Readonly<Record<string, unknown>>, event: StoredEvent): string[] {
  const fields = event as unknown as Readonly<Record<string, unknown>>
  return Object.entries(wanted).flatMap(([name, value]) =>
    SUBSETS.has(name) ? inside(name, value, fields[name]) : unequal(name, value, fields[name]),
  )
}

function inside(name: string, wanted: unknown, found: unknown): string[] {
  const object = (found ?? {}) as Readonly<Record<string, unknown>>
  return Object.entries(wanted as object).flatMap(([key, value]) => unequal(`${name}.${key}`, value, object[key]))
}

function unequal(name: string, wanted: unknown, found: unknown): string[] {
  if (isDeepStrictEqual(wanted ?? undefined, found ?? undefined)) return []
  return [`${name} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`]
}
