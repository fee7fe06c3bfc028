import { codeLines, problemsOf } from './house'

const short = (): number => 10

test('a file with a telling kebab-case name is in order', () => {
  expect(problemsOf('packages/core/src/journal/read-position.ts', short)).toEqual([])
})

test.each(['packages/core/src/utils/clip.ts', 'test/helpers.ts', 'packages/core/src/store/lib/x.ts'])(
  '%s has a name that says nothing',
  (path) => {
    expect(problemsOf(path, short)).toHaveLength(1)
  },
)

test.each(['packages/core/src/readPosition.ts', 'scripts/schema_dump.ts'])('%s is not kebab-case', (path) => {
  expect(problemsOf(path, short)).toHaveLength(1)
})

test('an example of 60 lines is one too long, and other files of an example are not counted', () => {
  expect(problemsOf('examples/express/src/app.ts', () => 60)).toHaveLength(1)
  expect(problemsOf('examples/express/src/app.ts', () => 59)).toEqual([])
  expect(problemsOf('examples/express/src/traffic.ts', () => 200)).toEqual([])
})

test('a file that only one hosting service reads is refused', () => {
  expect(problemsOf('.github/workflows/ci.yml', short)).toHaveLength(1)
})

test('blank lines and comments are not lines of code', () => {
  expect(codeLines('const a = 1\n\n// why\n/** What. */\n  * more\nconst b = 2 // beside\n')).toBe(2)
})
