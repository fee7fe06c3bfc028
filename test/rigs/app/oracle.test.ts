import { type Answer, type Evidence, judge, type LoggedEvent, RECORDED_ACTION } from './oracle'

const get: Answer = { id: 'r-1', method: 'GET', fate: 'acknowledged', status: 200 }
const post: Answer = { id: 'r-2', method: 'POST', fate: 'acknowledged', status: 201 }

function event(of: Partial<LoggedEvent> & { requestId: string | undefined }): LoggedEvent {
  const id = `e-${of.requestId}-${of.result ?? 'success'}-${of.action ?? ''}`
  const base = { id, source: 'http', action: 'item.read', resourceId: undefined, result: 'success', status: 200 }
  return { ...base, intentId: undefined, ...of }
}

const readEvent = event({ requestId: 'r-1' })
const createEvent = event({ requestId: 'r-2', action: 'item.create', status: 201 })
const recorded = event({ requestId: 'r-2', action: RECORDED_ACTION, source: 'record', status: undefined })
const whole: Evidence = { answers: [get, post], events: [readEvent, createEvent, recorded], rows: ['r-2'] }

function violated(evidence: Partial<Evidence>): string[] {
  const { violations } = judge({ ...whole, ...evidence })
  return Object.entries(violations).flatMap(([name, ids]) => (ids.length > 0 ? [name] : []))
}

it('finds nothing wrong where each request has its event and each row its own', () => {
  expect(violated({})).toEqual([])
})

it('sees an acknowledged request without an event', () => {
  expect(violated({ events: [createEvent, recorded] })).toEqual(['lost'])
})

it('sees two events of one request', () => {
  expect(violated({ events: [...whole.events, { ...readEvent, id: 'other' }] })).toEqual(['duplicated'])
})

it('takes an unknown that is linked to its true outcome as one, and an unlinked one as a duplicate', () => {
  const guess = event({ requestId: 'r-1', result: 'unknown', status: undefined })
  expect(violated({ events: [...whole.events, { ...guess, intentId: readEvent.id }] })).toEqual([])
  expect(violated({ events: [...whole.events, guess] })).toEqual(['duplicated'])
})

it('sees events of requests that were refused, never made, or that name no request', () => {
  expect(violated({ answers: [{ ...get, fate: 'unsent' }, post] })).toEqual(['foreign'])
  expect(violated({ answers: [post] })).toEqual(['foreign'])
  expect(violated({ events: [...whole.events, event({ requestId: undefined })] })).toEqual(['foreign'])
})

it('sees an event that contradicts the answer', () => {
  expect(violated({ events: [{ ...readEvent, status: 500, result: 'failure' }, createEvent, recorded] })).toEqual([
    'wrong',
  ])
  expect(violated({ events: [{ ...readEvent, action: 'item.create' }, createEvent, recorded] })).toEqual(['wrong'])
})

it('sees rows without events and events without rows', () => {
  expect(violated({ events: [readEvent, createEvent] })).toEqual(['rowWithoutEvent'])
  expect(violated({ rows: [] })).toEqual(['eventWithoutRow'])
  expect(violated({ events: [...whole.events, { ...recorded, id: 'again' }] })).toEqual(['eventWithoutRow'])
  expect(
    violated({ answers: [get, { id: 'r-2', method: 'POST', fate: 'unanswered' }], events: [readEvent, recorded] }),
  ).toEqual(['rowWithoutRequest'])
})

it('counts acknowledged requests of which only an unknown is left', () => {
  const guess = event({ requestId: 'r-1', result: 'unknown', status: undefined })
  expect(judge({ ...whole, events: [guess, createEvent, recorded] })).toMatchObject({ unknown: 1, acknowledged: 2 })
})
