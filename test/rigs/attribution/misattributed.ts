import type { Plan } from './plan'

/** What the log holds of one request or of one event that its handler recorded. */
export interface LoggedTask {
  readonly request_id: string | null
  readonly action: string
  readonly actor_id: string | null
  readonly workspace_id: string
  readonly ip: string | null
  readonly user_agent: string | null
  readonly trace_id: string | null
  readonly resource_id: string | null
  readonly details: Readonly<Record<string, unknown>> | null
}

/** One thing that an event says wrongly. */
export interface Mistake {
  readonly what: string
  readonly text: string
}

/** Everything in which the events of a request differ from its plan. Pure. */
export function misattributed(plan: Plan, events: readonly LoggedTask[]): Mistake[] {
  const own = plan.method === 'POST' ? 'task.run' : 'task.read'
  const wanted = plan.records ? [own, 'task.noted'] : [own]
  const found = events.map(({ action }) => action).sort()
  if (found.join() !== wanted.sort().join()) {
    return [{ what: 'events', text: `events are ${found.join(', ') || 'none'}, not ${wanted.join(', ')}` }]
  }
  return events.flatMap((event) => [
    ...identity(plan, event),
    ...(event.action === own ? annotations(plan, event) : []),
  ])
}

function identity(plan: Plan, event: LoggedTask): Mistake[] {
  const wanted: Partial<LoggedTask> = {
    actor_id: plan.actor,
    workspace_id: plan.workspace,
    ip: plan.address,
    user_agent: `client of ${plan.actor}`,
    trace_id: plan.traceId,
    resource_id: plan.id,
  }
  return Object.entries(wanted).flatMap(([name, value]) => {
    const found = event[name as keyof LoggedTask]
    return found === value
      ? []
      : [{ what: name, text: `${event.action}: ${name} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}` }]
  })
}

/** Each hop left its step, every step names this request, and nobody else left one. */
function annotations(plan: Plan, event: LoggedTask): Mistake[] {
  const steps = Object.entries(event.details ?? {}).filter(([name]) => name.startsWith('step'))
  const complete = steps.length === plan.hops.length && steps.every(([, value]) => value === plan.id)
  return complete ? [] : [{ what: 'annotations', text: `annotations are ${JSON.stringify(event.details)}` }]
}
