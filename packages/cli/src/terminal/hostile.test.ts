import fc from 'fast-check'

import { environmentFor, serveDocumented } from '../../../../test/cli/documented-activity'
import { runCli } from '../../../../test/cli/run-cli'
import type { ServedApi } from '../../../../test/http/serve-api'
import { createRowLines, tableLines, type Column } from './table'
import { visible, visibleJson } from './visible'
import { columnsOf, fitted, padded } from './width'

// What a terminal obeys: C0 without the line end, DEL, C1, separators, and everything that turns or hides text.
const OBEYED =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u

/** Text as an attacker would choose it for a name: commands to terminals, turned text, piles of marks, wide and broken characters. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        ...[
          '\u001b[2J',
          '\u001b]0;title\u0007',
          '\u009b31m',
          '\r',
          '\n',
          '\t',
          '\0',
          '\u007f',
          '\u202e',
          '\u2066',
          '\u061c',
        ],
        ...[
          '\u2028',
          '\ud800',
          '日本語',
          '👩‍👩‍👧‍👧',
          '🇩🇪',
          'e\u0301',
          'a' + '\u0300'.repeat(40),
          '\u{e0041}',
          '🫠',
          '❤️',
          'ﷺ',
          ' ',
        ],
      ),
      fc.string({ unit: fc.nat(0x9f).map((code) => String.fromCharCode(code)), maxLength: 8 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

interface Pair {
  readonly first: string
  readonly second: string
}
const COLUMNS: readonly Column<Pair>[] = [
  { heading: 'FIRST', cell: ({ first }) => first, usualWidth: 10, colour: () => 'red' },
  { heading: 'SECOND', cell: ({ second }) => second },
]
const plain = (_colour: unknown, text: string): string => text
const pairs = fc.array(fc.record({ first: hostile, second: hostile }), { minLength: 1, maxLength: 5 })

describe('any text', () => {
  it('is shown without anything that a terminal would obey, on one line', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(visible(text)).not.toMatch(OBEYED)
        expect(visible(text)).not.toContain('\n')
      }),
    )
  })

  it('stays as it is where there is nothing to obey', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'Z', '9', ' ', 'ä', '日', '\\', '"', '🦊') }), (text) => {
        expect(visible(text)).toBe(text)
      }),
    )
  })

  it('is the same value in JSON, which shows nothing that a terminal would obey', () => {
    const value = fc.record({ text: hostile, list: fc.array(hostile), inner: fc.dictionary(hostile, hostile) })
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (given, indent) => {
        const shown = visibleJson(given, indent)
        expect(shown).not.toMatch(OBEYED)
        expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(given)))
        if (indent === 0) expect(shown).not.toContain('\n')
      }),
    )
  })
})

describe('a cell', () => {
  it('takes no more columns than it may, and exactly as many when it is filled up', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 60 }), (text, columns) => {
        expect(columnsOf(fitted(visible(text), columns))).toBeLessThanOrEqual(columns)
        expect(columnsOf(padded(visible(text), columns))).toBe(columns)
      }),
    )
  })

  it('has no pile of marks that reaches into other lines', () => {
    expect([...fitted('a' + '\u0300'.repeat(1_000), 10)].length).toBeLessThanOrEqual(5)
  })

  it.each([
    ['my-feature-env', 14, 'my-feature-env'],
    ['my-feature-env', 13, 'my-feature-e…'],
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['ab', 1, '…'],
  ])('%s in %i columns is %s', (text, columns, shown) => expect(fitted(text, columns)).toBe(shown))
})

it.each([
  ['ab', 2],
  ['日本', 4],
  ['e\u0301', 1],
  ['🦊', 2],
  ['🫠', 2],
  ['🇩🇪', 2],
  ['ｱ', 1],
])('%s takes %i columns', (text, columns) => expect(columnsOf(text)).toBe(columns))

describe('a table', () => {
  it('is a line for each row, none wider than the terminal, with columns that begin at one place', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(40, 80, 200), (rows, width) => {
        const lines = tableLines(COLUMNS, rows, { width, paint: plain })
        expect(lines).toHaveLength(rows.length + 1)
        const start = lines[0]!.indexOf('SECOND')
        for (const line of lines) {
          expect(line).not.toMatch(OBEYED)
          expect(line).not.toContain('\n')
          expect(columnsOf(line)).toBeLessThanOrEqual(width)
        }
        for (const [at, { first }] of rows.entries()) {
          expect(lines[at + 1]!.startsWith(padded(visible(first), start - 2) + '  ')).toBe(true)
        }
      }),
    )
  })

  it('of rows that come one by one is one as well', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(40, 80, 200), (rows, width) => {
        const line = createRowLines(COLUMNS, { width, paint: plain })
        for (const row of rows) {
          expect(line(row)).not.toMatch(OBEYED)
          expect(line(row)).not.toContain('\n')
          expect(columnsOf(line(row))).toBeLessThanOrEqual(width)
        }
      }),
    )
  })
})

describe('a log that an attacker wrote into', () => {
  let served: ServedApi
  beforeAll(async () => {
    served = await serveDocumented()
    const [some] = fc.sample(fc.array(hostile, { minLength: 40, maxLength: 40 }), { numRuns: 1, seed: 7 })
    for (const [at, text] of some!.entries()) {
      served.log.add({
        ...{
          workspace_id: 'acme-corp',
          action: `env.${text}`,
          actor_type: text || 'user',
          occurred_at: Date.UTC(2024, 0, 15),
        },
        ...{ actor_email: at % 2 ? text : undefined, resource_name: text, user_agent: text, details: { text } },
      } as never)
    }
  })
  afterAll(() => served.stop())

  const LIST = ['activity', '--from', '2024-01-01', '--limit', '200']

  it.each([40, 80, 200])('is a table within %i columns, coloured and not', async (columns) => {
    for (const colour of ['--color', '--no-color']) {
      const argv = colour === '--color' ? LIST : [...LIST, colour]
      const { stdout } = await runCli(argv, { env: environmentFor(served), isTTY: true, columns })

      const text = stdout.replaceAll(/\u001b\[\d+m/g, '')
      expect(text === stdout).toBe(colour === '--no-color')
      expect(text).not.toMatch(OBEYED)
      const lines = text.split('\n')
      expect(lines.indexOf('', 3) - 3).toBe(46)
      for (const line of lines.slice(2, 49)) expect(columnsOf(line)).toBeLessThanOrEqual(columns)
    }
  })

  it('is JSON that any terminal can show', async () => {
    const { stdout } = await runCli([...LIST, '--json'], { env: environmentFor(served) })
    expect(stdout).not.toMatch(OBEYED)
    expect((JSON.parse(stdout) as { total: number }).total).toBe(46)
  })

  it('is exported to a terminal without what it would obey, and to a pipe byte for byte', async () => {
    const argv = ['activity', 'export', '--format', 'csv']
    const screen = await runCli(argv, { env: environmentFor(served), isTTY: true })
    expect(screen.stdout).not.toMatch(OBEYED)
    const piped = await runCli(argv, { env: environmentFor(served) })
    const bytes = await served.get('/activity/export?format=csv', { token: 'a-token-for-tests' })
    expect(piped.stdout).toBe(await bytes.text())
  })
})
