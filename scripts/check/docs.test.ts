import { foldersOf, indexProblems, pageProblems, recordProblems, type Known } from './docs'

const files = ['README.md', 'docs/adr/0001-flow.md', 'packages/core/src/journal/frame.ts', 'scripts/check/main.ts']
const known: Known = { files: new Set(files), folders: foldersOf(files), scripts: new Set(['check']) }
const problems = (text: string): string[] => pageProblems('docs/adr/README.md', text, known)

test('links are resolved from the page, with and without an anchor', () => {
  expect(problems('[flow](0001-flow.md) [top](../../README.md#start) [out](https://example.org/x) [here](#a)')).toEqual(
    [],
  )
  expect(problems('[gone](0002-gone.md)')).toHaveLength(1)
})

test('a path in code marks exists, from the top, from a room of core, or from the page', () => {
  expect(pageProblems('packages/core/README.md', '`src/journal/frame.ts`', known)).toEqual([])
  expect(problems('`packages/core/src/journal/frame.ts` `journal/frame.ts` `scripts/check/` `packages/core`')).toEqual(
    [],
  )
  expect(problems('`journal/gone.ts` and `scripts/gone.ts`')).toHaveLength(2)
})

test('what only looks like a path claims nothing', () => {
  expect(
    problems('`application/json`, `GET /activity`, `packages/<name>/src`, `node_modules/pg`, `text/html`'),
  ).toEqual([])
})

test('an npm script exists, also inside a block of commands', () => {
  expect(problems('```sh\nnpm run check\nnpm run -s check -- floors\n```')).toEqual([])
  expect(problems('```sh\nnpm run chekc\n```')).toHaveLength(1)
})

test('a decision record carries its number and its four parts in order', () => {
  const parts = ['Context', 'Decision', 'Price', 'What would change our mind']
  const record = (headings: string[]): string =>
    ['# 1. One flow', ...headings.map((heading) => `## ${heading}`)].join('\n\n')
  expect(recordProblems('docs/adr/0001-flow.md', record(parts))).toEqual([])
  expect(recordProblems('docs/adr/0002-flow.md', record(parts))).toHaveLength(1)
  expect(recordProblems('docs/adr/0001-flow.md', record(parts.slice(0, 3)))).toHaveLength(1)
})

test('a decision record that the index does not link is named', () => {
  expect(indexProblems(['docs/adr/0001-flow.md'], '| [1](0001-flow.md) | One flow |')).toEqual([])
  expect(indexProblems(['docs/adr/0001-flow.md'], '')).toHaveLength(1)
})
