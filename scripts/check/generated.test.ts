import { firstDifference } from './generated'

test('a changed line is shown once as committed and once as it should be, with the lines above it', () => {
  expect(firstDifference('a\nb\nc\nd', 'a\nb\nX\nd')).toBe('  line 3:\n  a\n  b\n- c\n+ X')
})

test('an added line shows nothing as committed', () => {
  expect(firstDifference('a\nc', 'a\nb\nc')).toBe('  line 2:\n  a\n+ b')
})

test('a long difference is cut and says how many lines were left out', () => {
  const right = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n')
  expect(firstDifference('', right)).toContain('+ … 8 more')
})
