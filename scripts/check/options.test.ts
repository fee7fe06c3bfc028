import ts from 'typescript'

import { optionProblems, readOptions, type Resolve } from './option-docs'
import { pageOf } from './options'

const parse = (body: string): ts.SourceFile => ts.createSourceFile('options.ts', body, ts.ScriptTarget.ES2022, true)

const SOURCE = `
export interface AuditOptions {
  /** How long, in ms, it waits: 0–600,000. @default 10000 */
  readonly graceMs?: number | undefined
  /** Disk space. */
  readonly journal?: JournalOptions | undefined
}
export interface JournalOptions {
  /** Disk that unsent events may take: 1 MB–1 TB. @default 1073741824 */
  readonly maxBytes?: number | undefined
  /** Where it lies. @default 'journal' in the folder */
  readonly directory?: string | undefined
}`

const resolve = ({ least = 0, most = 600_000, grace = 10_000 } = {}): Resolve => {
  return ({ graceMs = grace, journal = {} }) => {
    const { maxBytes = 1_073_741_824 } = journal as { maxBytes?: number }
    const fits = maxBytes >= 2 ** 20 && maxBytes <= 2 ** 40
    if (Number(graceMs) < least || Number(graceMs) > most || !fits) throw new Error('out of range')
    return { graceMs, journal: { maxBytes } }
  }
}

test('nested options are read in their place, with type, range, default and effect', () => {
  const documented = readOptions(parse(SOURCE), 'AuditOptions')
  expect(documented.map(({ name }) => name)).toEqual(['graceMs', 'journal.maxBytes', 'journal.directory'])
  expect(documented[1]).toMatchObject({
    type: 'number',
    effect: 'Disk that unsent events may take.',
    defaultText: '1073741824',
    range: { text: '1 MB–1 TB', from: 2 ** 20, to: 2 ** 40 },
  })
  expect(pageOf(documented)).toContain('| `graceMs` | `number` | 0–600,000 ms | `10000` | How long, in ms, it waits. |')
})

test('options that say what the code does have no problem', () => {
  expect(optionProblems(readOptions(parse(SOURCE), 'AuditOptions'), resolve())).toEqual([])
})

test('a default that is another one in the code is named', () => {
  const problems = optionProblems(readOptions(parse(SOURCE), 'AuditOptions'), resolve({ grace: 5_000 }))
  expect(problems).toEqual([expect.stringContaining('its default is 5000')])
})

test.each([
  ['narrower above', { most: 599_999 }],
  ['wider above', { most: 600_001 }],
  ['narrower below', { least: 1 }],
  ['wider below', { least: -1 }],
])('a range that is %s in the code is named', (_, bounds) => {
  const problems = optionProblems(readOptions(parse(SOURCE), 'AuditOptions'), resolve(bounds))
  expect(problems).toEqual([expect.stringContaining('graceMs does not')])
})

test('an option without docstring, default or range is told all three', () => {
  const bare = parse('export interface AuditOptions { readonly size?: number }')
  expect(optionProblems(readOptions(bare, 'AuditOptions'), () => ({}))).toHaveLength(3)
})
