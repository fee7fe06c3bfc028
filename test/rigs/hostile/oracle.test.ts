import { type Evidence, judge, type Told, uncleanIn } from './oracle'

const told = (of: Partial<Told> & { id: string }): Told => ({
  name: `call ${of.id}`,
  fate: 'accepted',
  mayBeRefused: false,
  ...of,
})
const plain = { id: 'p', content: '{"n":1}', trouble: undefined }
const held = (id: string) => ({ id, trouble: undefined })
const whole: Evidence = {
  told: [told({ id: 'a' }), told({ id: 'p' }), told({ id: 'r', fate: 'refused', mayBeRefused: true })],
  plain: new Map([['p', plain.content]]),
  held: [held('a'), plain],
  quarantined: new Set(),
}

function violated(evidence: Partial<Evidence>): string[] {
  const found = judge({ ...whole, ...evidence })
  return Object.entries(found).flatMap(([name, examples]) => (examples.length > 0 ? [name] : []))
}

it('finds nothing wrong where each call has its event, and each plain event is as it was', () => {
  expect(violated({})).toEqual([])
})

it('sees what was accepted and is nowhere, and takes the quarantine for a place, but not for plain events', () => {
  expect(violated({ held: [plain] })).toEqual(['lost'])
  expect(violated({ held: [plain], quarantined: new Set(['a']) })).toEqual([])
  expect(violated({ held: [held('a')], quarantined: new Set(['p']) })).toEqual(['lost'])
})

it('sees an event twice, and one that nobody made', () => {
  expect(violated({ held: [...whole.held, plain] })).toEqual(['duplicated'])
  expect(violated({ held: [...whole.held, held('x')] })).toEqual(['foreign'])
})

it('sees what was thrown at the host, and what was refused without need', () => {
  expect(violated({ told: [...whole.told, told({ id: 't', fate: 'threw' })] })).toEqual(['thrown'])
  expect(violated({ told: [...whole.told, told({ id: 't', fate: 'refused' })] })).toEqual(['refused'])
})

it('sees a plain event that was changed', () => {
  const changed = { ...plain, content: '{"n":2}' }
  expect(violated({ held: [held('a'), changed] })).toEqual(['harmed'])
})

it.each([
  ['a NUL character', { a: ['b\0'] }],
  ['a lone surrogate', { ['\ud800']: 1 }],
  ['a text that is too long', { a: 'é'.repeat(2_500) }],
  ['a member __proto__', JSON.parse('{"a":{"__proto__":1}}') as unknown],
  ['too deep', JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`) as unknown],
  ['too large', Array.from({ length: 100 }, () => 'x'.repeat(4_000))],
])('sees %s', (trouble, content) => {
  expect(uncleanIn(content)).toBe(trouble)
  expect(violated({ held: [{ id: 'a', trouble }, plain] })).toEqual(['unclean'])
})
