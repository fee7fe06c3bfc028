import { felt, unserved } from './latency'
import type { Answer } from './oracle'

const answer = (of: Partial<Answer>): Answer => ({ id: 'r-1', method: 'GET', fate: 'acknowledged', status: 200, ...of })

it('takes what began in the span and was answered', () => {
  const answers = [
    answer({ at: 99, tookMs: 500 }),
    answer({ at: 100, tookMs: 10 }),
    answer({ at: 150, tookMs: 20 }),
    answer({ at: 160, tookMs: 900, fate: 'unanswered' }),
    answer({ at: 200, tookMs: 700 }),
  ]
  expect(felt(answers, { from: 100, to: 200 })).toMatchObject({ requests: 2, p50Ms: 15, slowestMs: 20 })
})

it('has no figures for a span without requests, so that no bar is met', () => {
  const { p99Ms } = felt([], { from: 0, to: 1 })
  expect(p99Ms <= Infinity).toBe(false)
})

it('names requests without an answer and with one that the application does not give', () => {
  const answers = [
    answer({ id: 'fine' }),
    answer({ id: 'written', method: 'POST', status: 201 }),
    answer({ id: 'refused', method: 'POST', status: 409 }),
    answer({ id: 'hung', fate: 'unanswered' }),
    answer({ id: 'broken', status: 500 }),
    answer({ id: 'unwritten', method: 'POST', status: 200 }),
  ]
  expect(unserved(answers)).toEqual(['hung', 'broken', 'unwritten'])
})
