import { createRandom } from '../runner/random'
import { comparable } from './identical'
import { type Asked, mistakesIn, QUESTIONS } from './oracle'
import { generate } from './programs'

const right: Asked[] = QUESTIONS.map((question) => ({ question, status: question.status ?? 503 }))

it('finds nothing wrong where the host answers as ever', () => {
  expect(mistakesIn('none', right, [])).toEqual([])
})

it('sees a request without an answer, one with another answer, and an error that escaped', () => {
  const [first, ...others] = right as [Asked, ...Asked[]]
  expect(mistakesIn('x', [{ ...first, status: 0 }, ...others], [])).toEqual(['GET /programs/0: no answer'])
  expect(mistakesIn('x', [{ ...first, status: 500 }, ...others], [])).toEqual(['GET /programs/0: 500 instead of 200'])
  expect(mistakesIn('x', right, ['Error: boom'])).toEqual(['escaped under "x": Error: boom'])
})

it('compares everything but the time', () => {
  const answer = (date: string, body: string): string => `HTTP/1.1 200 OK\r\nDate: ${date}\r\n\r\n${body}`
  expect(comparable(answer('Mon', 'a'))).toBe(comparable(answer('Tue', 'a')))
  expect(comparable(answer('Mon', 'a'))).not.toBe(comparable(answer('Mon', 'b')))
  expect(comparable('x-a: 1\r\n')).not.toBe(comparable('X-A: 1\r\n'))
})

it('generates the same handlers of the same seed, of every kind', () => {
  const make = (seed: number) => {
    const random = createRandom(seed)
    return Array.from({ length: 500 }, () => generate(random))
  }
  expect(make(2)).toEqual(make(2))
  const steps = make(2).flatMap(({ program }) => (program.kind === 'steps' ? program.steps : []))
  expect(new Set(steps.map(({ kind }) => kind)).size).toBe(13)
  expect(new Set(make(2).map(({ program }) => program.kind)).size).toBe(10)
})
