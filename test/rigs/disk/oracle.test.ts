import { type Answer, judge, type LoggedEvent } from '../app/oracle'
import type { ReportedGap } from '../app/read-log'
import { withoutRefused, wronglyRefused, wrongAccounts } from './oracle'

const gap = (of: Partial<ReportedGap>): ReportedGap => ({
  ...{ producer: 'host_1_1', reason: 'no-room', count: 5, counted: 'events' },
  ...of,
})

it('finds nothing wrong where clients, process and log say the same', () => {
  expect(wrongAccounts({ missing: 0, counted: 0, gaps: [] })).toEqual([])
  expect(wrongAccounts({ missing: 12, counted: 12, gaps: [gap({}), gap({ count: 7 })] })).toEqual([])
})

it.each([
  ['a loss that the process does not count', { missing: 6, counted: 5, gaps: [gap({ count: 6 })] }],
  ['a loss that the log does not report', { missing: 5, counted: 5, gaps: [] }],
  ['a gap reported twice', { missing: 5, counted: 5, gaps: [gap({}), gap({})] }],
  ['a gap of which nothing is missing', { missing: 0, counted: 0, gaps: [gap({})] }],
  ['a gap for another reason', { missing: 5, counted: 5, gaps: [gap({ reason: 'damaged' })] }],
  ['a gap that counts something else', { missing: 5, counted: 5, gaps: [gap({ counted: 'records' })] }],
])('sees %s', (_what, losses) => {
  expect(wrongAccounts(losses)).not.toEqual([])
})

const refused: Answer = { id: 'r-1-1', method: 'POST', fate: 'acknowledged', status: 503 }
const served: Answer = { id: 'r-1-2', method: 'GET', fate: 'acknowledged', status: 200 }

it('sees a refusal that came after the handler', () => {
  expect(wronglyRefused({ answers: [refused, served], handled: ['r-1-2'] })).toEqual([])
  expect(wronglyRefused({ answers: [refused, served], handled: ['r-1-1', 'r-1-2'] })).toEqual(['r-1-1'])
})

it('sees an event of a request that was refused', () => {
  const event = (requestId: string, status: number): LoggedEvent => ({
    ...{ id: `e-${requestId}`, requestId, source: 'http', action: 'item.read', resourceId: undefined },
    ...{ result: 'success', status, intentId: undefined },
  })
  const answers = withoutRefused([refused, served])
  expect(judge({ answers, events: [event('r-1-2', 200)], rows: [] }).violations).toMatchObject({
    foreign: [],
    lost: [],
  })
  const { violations } = judge({ answers, events: [event('r-1-1', 503), event('r-1-2', 200)], rows: [] })
  expect(violations.foreign).toEqual(['r-1-1'])
})
