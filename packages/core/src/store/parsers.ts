/** What `pg` calls to turn a column's text into a value. */
export type Parser = (text: string) => unknown

/** The shape of the `types` option of `pg`. */
export interface Parsers {
  getTypeParser(oid: number, format?: 'text' | 'binary'): Parser
}

const TIMESTAMP = /^(\d+)-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/

/**
 * Milliseconds since 1970 of a `timestamptz` in Postgres' ISO style, in any time zone; what is below a millisecond is
 * cut off. NaN for infinity and for years before Christ, which the log never holds.
 */
export function parseTimestamp(text: string): number {
  const part = TIMESTAMP.exec(text)
  if (!part) return Number.NaN
  const at = (index: number) => Number(part[index] ?? 0)
  const ms = Number((part[7] ?? '').padEnd(3, '0').slice(0, 3))
  // setUTCFullYear, because Date.UTC takes the years 0–99 for 1900–1999
  const date = new Date(0)
  date.setUTCFullYear(at(1), at(2) - 1, at(3))
  date.setUTCHours(at(4), at(5), at(6), ms)
  const offset = ((at(9) * 60 + at(10)) * 60 + at(11)) * 1000
  return part[8] === '-' ? date.getTime() + offset : date.getTime() - offset
}

const asIs: Parser = (text) => text
const parseJson: Parser = (text) => JSON.parse(text) as unknown
const byOid = new Map<number, Parser>([
  [16, (text) => text === 't'],
  [17, (text) => text.slice(2)],
  [20, Number],
  [21, Number],
  [23, Number],
  [26, Number],
  [114, parseJson],
  [700, Number],
  [701, Number],
  [1114, asIs],
  [1184, parseTimestamp],
  [3802, parseJson],
])

/**
 * Our own parsers, so that those a host has set on `pg.types` never reach our rows: bigint → number (ours stay below
 * 2⁵³), timestamptz → milliseconds, bytea → lower-case hex, json and jsonb → values; anything else stays text.
 */
export const parsers: Parsers = {
  getTypeParser: (oid) => byOid.get(oid) ?? asIs,
}
