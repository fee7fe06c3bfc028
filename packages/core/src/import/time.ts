import { isStorableTime } from '../model/instant'
import { createZone, fixedOffset } from './zone'

/** How the times of a column are written. */
export interface TimeFormat {
  /** `iso`, `seconds` or `milliseconds` since 1970, or a pattern such as `DD.MM.YYYY HH:mm:ss`. Default: `iso`. */
  readonly format?: string | undefined
  /** Zone of times that name none. Default: `UTC`. */
  readonly zone?: string | undefined
}

/** Reads a time as ms since 1970; undefined when it is not written so, or no time. */
export type ReadTime = (text: string) => number | undefined

const ISO = 'YYYY-MM-DD'
const ISO_TIME =
  /^(?<Y>\d{4})-(?<M>\d\d)-(?<D>\d\d)(?:[Tt ](?<H>\d\d):(?<m>\d\d)(?::(?<s>\d\d)(?:[.,](?<S>\d+))?)?)? ?(?<Z>[Zz]|[+-]\d\d(?::?\d\d)?)?$/

/** What a pattern can hold, longest first. */
const TOKENS: Readonly<Record<string, string>> = {
  YYYY: '(?<Y>\\d{4})',
  MMM: '(?<B>[A-Za-z]{3})',
  MM: '(?<M>\\d\\d)',
  M: '(?<M>\\d\\d?)',
  DD: '(?<D>\\d\\d)',
  D: '(?<D>\\d\\d?)',
  HH: '(?<H>\\d\\d)',
  H: '(?<H>\\d\\d?)',
  hh: '(?<h>\\d\\d)',
  h: '(?<h>\\d\\d?)',
  mm: '(?<m>\\d\\d)',
  ss: '(?<s>\\d\\d)',
  S: '(?<S>\\d+)',
  A: '(?<A>[AaPp][Mm])',
  Z: '(?<Z>[Zz]|[+-]\\d\\d(?::?\\d\\d)?)',
}
const PIECES = /YYYY|MMM|MM?|DD?|HH?|hh?|mm|ss|S+|A|Z|\[[^\]]*\]|[\s\S]/g
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Compiles a format; answers a text that says what is wrong with it when it cannot be used. */
export function createTimeReader({ format = 'iso', zone = 'UTC' }: TimeFormat): ReadTime | string {
  if (format === 'seconds') return (text) => counted(text, 1_000)
  if (format === 'milliseconds') return (text) => counted(text, 1)
  const toUtc = createZone(zone)
  if (toUtc === undefined)
    return `zone "${zone}" is none. Give a name such as Europe/Berlin, or an offset such as +02:00`
  const pattern = format === 'iso' ? ISO_TIME : patternOf(format)
  if (typeof pattern === 'string') return pattern
  return (text) => {
    const found = pattern.exec(text.trim())?.groups
    return found === undefined ? undefined : momentOf(found, toUtc)
  }
}

function counted(text: string, unitMs: number): number | undefined {
  if (!/^-?\d{1,15}(?:\.\d+)?$/.test(text.trim())) return undefined
  const ms = Math.round(Number(text) * unitMs)
  return isStorableTime(ms) ? ms : undefined
}

function patternOf(format: string): RegExp | string {
  const names = new Set<string>()
  let source = ''
  for (const piece of format.match(PIECES) ?? []) {
    const token = TOKENS[piece.startsWith('S') ? 'S' : piece]
    if (token === undefined && /^[A-Za-z]$/.test(piece) && piece !== 'T')
      return `format "${format}" has the letter ${piece}, which stands for nothing. Known are ${Object.keys(TOKENS).join(', ')}; other text stands in [brackets]`
    source += token ?? literal(piece)
    const name = token === undefined ? undefined : /<(\w)>/.exec(token)?.[1]
    if (name !== undefined && names.has(name)) return `format "${format}" names a part of the time twice`
    if (name !== undefined) names.add(name)
  }
  const isDate = names.has('Y') && (names.has('M') || names.has('B')) && names.has('D')
  if (!isDate || names.has('h') !== names.has('A'))
    return `format "${format}" is not enough of a time: it needs year, month and day, such as ${ISO} HH:mm:ss, and A beside hh`
  return new RegExp(`^${source}$`)
}

function literal(piece: string): string {
  const text = piece.startsWith('[') && piece.endsWith(']') ? piece.slice(1, -1) : piece
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

type Found = Readonly<Record<string, string | undefined>>

function momentOf(found: Found, toUtc: (localMs: number) => number): number | undefined {
  const at = (name: string): number => Number(found[name] ?? 0)
  const month = found.B === undefined ? at('M') : MONTHS.indexOf(found.B.toLowerCase()) + 1
  const [hour, minute, second] = [hourOf(found), at('m'), at('s')]
  if (hour > 23 || minute > 59 || second > 59 || (found.h !== undefined && (at('h') < 1 || at('h') > 12)))
    return undefined
  const day = new Date(0)
  day.setUTCFullYear(at('Y'), month - 1, at('D'))
  if (day.getUTCMonth() !== month - 1 || day.getUTCDate() !== at('D')) return undefined
  const fraction = Number((found.S ?? '').padEnd(3, '0').slice(0, 3))
  const local = day.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000 + fraction
  const ms = found.Z === undefined ? toUtc(local) : local - (fixedOffset(found.Z) ?? 0)
  return isStorableTime(ms) ? ms : undefined
}

function hourOf({ H, h, A }: Found): number {
  if (h === undefined) return Number(H ?? 0)
  return (Number(h) % 12) + (/^p/i.test(A ?? '') ? 12 : 0)
}
