import { type Frame, framesOf } from './frames'
import { mistakesIn, type Recovered } from './oracle'

const frame = (n: number, kind: Frame['kind'], intent: string | undefined, text: string): Frame => ({
  ...{ from: n * 10, to: n * 10 + 10, kind, intent, text },
})
const frames = [
  frame(0, 'intent', 'a', 'intent a'),
  frame(1, 'event', 'a', 'end of a'),
  frame(2, 'event', undefined, 'alone'),
  frame(3, 'intent', 'b', 'intent b'),
]
const whole = { frames, stored: 0 }
const right: Recovered = { texts: ['end of a', 'alone'], unknown: ['b'], counted: 0 }
const third = [{ from: 25, to: 26 }]

it('finds nothing wrong where all is handed on, and where what is damaged is lost and counted', () => {
  expect(mistakesIn(whole, [], right)).toEqual([])
  expect(mistakesIn(whole, third, { ...right, texts: ['end of a'], counted: 1 })).toEqual([])
  expect(mistakesIn(whole, [{ from: 12, to: 13 }], { texts: ['alone'], unknown: ['a', 'b'], counted: 1 })).toEqual([])
})

it.each<[string, Partial<Recovered>]>([
  ['an event that was never written', { texts: ['end of a', 'alone', 'alonE'] }],
  ['an event twice', { texts: ['end of a', 'alone', 'alone'] }],
  ['an intent reported whose end is there', { unknown: ['a', 'b'] }],
  ['an intent without an end that nobody reports', { unknown: [] }],
  ['an intent reported that was never written', { unknown: ['b', 'c'] }],
  ['an intent reported twice', { unknown: ['b', 'b'] }],
])('sees %s', (mistake, wrong) => {
  expect(mistakesIn(whole, [], { ...right, ...wrong })).toEqual([mistake])
})

it('sees a loss beside the damage, and one that is not counted', () => {
  const lost = { ...right, texts: ['end of a'], counted: 1 }
  expect(mistakesIn(whole, [{ from: 0, to: 5 }], lost)).toEqual(['an event that no damage touched is lost'])
  expect(mistakesIn(whole, third, { ...lost, counted: 0 })).toEqual(['a loss that is not counted'])
})

it('does not ask for what was stored before', () => {
  expect(mistakesIn({ frames, stored: 20 }, [], { ...right, texts: ['alone'] })).toEqual([])
  expect(mistakesIn({ frames, stored: 20 }, [], right)).toEqual([])
})

it('does not ask for a report of an intent whose end was stored before it was damaged', () => {
  const damage = [{ from: 19, to: 20 }]
  for (const unknown of [['b'], ['a', 'b']]) {
    expect(mistakesIn({ frames, stored: 20 }, damage, { texts: ['alone'], unknown, counted: 1 })).toEqual([])
  }
})

it('reads records, and refuses what is none', () => {
  const payload = Buffer.from('{"a":1}')
  const bytes = Buffer.concat([Buffer.from([7, 0, 0, 0, 0, 0, 0, 0, 3]), payload, Buffer.from('\n')])
  expect(framesOf(bytes)).toEqual([{ from: 0, to: 17, kind: 'event', intent: undefined, text: '{"a":1}' }])
  expect(() => framesOf(bytes.subarray(1))).toThrow('no sound record')
})
