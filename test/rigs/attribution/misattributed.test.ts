import { type LoggedTask, misattributed } from './misattributed'
import { planOf } from './plan'

const plan = { ...planOf(7, 1, 200), method: 'GET' as const, hops: ['timer', 'pool'] as const, records: true }
const event: LoggedTask = {
  request_id: plan.id,
  action: 'task.read',
  actor_id: plan.actor,
  workspace_id: plan.workspace,
  ip: plan.address,
  user_agent: `client of ${plan.actor}`,
  trace_id: plan.traceId,
  resource_id: plan.id,
  details: { step0: plan.id, step1: plan.id },
}
const noted: LoggedTask = { ...event, action: 'task.noted', details: null }

it('finds nothing wrong in events that say what the request said', () => {
  expect(misattributed(plan, [event, noted])).toEqual([])
})

it.each(['actor_id', 'workspace_id', 'ip', 'user_agent', 'trace_id', 'resource_id'] as const)(
  "sees another request's %s",
  (name) => {
    expect(misattributed(plan, [{ ...event, [name]: 'foreign' }, noted]).map(({ what }) => what)).toEqual([name])
    expect(misattributed(plan, [event, { ...noted, [name]: 'foreign' }]).map(({ what }) => what)).toEqual([name])
  },
)

it("sees an annotation that is missing and one that is another request's", () => {
  for (const details of [
    { step0: plan.id },
    { step0: plan.id, step1: 'other' },
    { ...event.details, step2: plan.id },
    null,
  ]) {
    expect(misattributed(plan, [{ ...event, details }, noted]).map(({ what }) => what)).toEqual(['annotations'])
  }
})

it('sees events that are missing, and events too many', () => {
  expect(misattributed(plan, [event])).toHaveLength(1)
  expect(misattributed(plan, [event, noted, event])).toHaveLength(1)
})

it('plans the same request in every process, and each with an address of its own', () => {
  expect(planOf(3, 9, 200)).toEqual(planOf(3, 9, 200))
  const addresses = Array.from({ length: 100_000 }, (_, number) => planOf(3, number, 200).address)
  expect(new Set(addresses).size).toBe(100_000)
})
