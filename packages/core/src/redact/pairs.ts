import { MARKER } from './limits'

/** Decides by a name whether its value is a secret. */
export type IsSecret = (name: string) => boolean

// `=` and `:`, plain or percent-encoded, as they part a name from its value in headers, forms, query strings, JSON,
// connection strings and messages.
const SEPARATOR = /=|:|%3[AaDd]/g
const NAME_AT_MOST = 128
const NAME = /[\w.\-[\]%$]/
const BETWEEN = /[\s"'`\\)]/
const AFTER_SEPARATOR = /[=>]?\s{0,8}\(?/y
const LINE = /[^\r\n]*/y
const ENCODED = /(?:(?!%26)[^\s&])*/y
const LITERAL = /(?:null|true|false)(?=[\s,&})\]]|$)/y
// A value in quotes, themselves escaped or not, also when the closing one is cut off; else all up to white space or `&`.
const VALUE =
  /(\\+)(["'])(?:(?!\1\2)[\s\S])*(?:\1\2)?|"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|`[^`]*`?|[^\s&]+/y
const TWO_WORDS = new Set(['apikey', 'accesskey', 'privatekey', 'secretkey', 'creditcard', 'cardnumber', 'sessionid'])

/**
 * Replaces the values of secrets that stand beside their names anywhere in a text: `password=…`, `"token": "…"`,
 * `Cookie: …`, `client%5Fsecret%3D…`. Walks the text once.
 */
export function redactPairs(text: string, isSecret: IsSecret): string {
  let result = ''
  let copied = 0
  SEPARATOR.lastIndex = 0
  for (let found = SEPARATOR.exec(text); found !== null; found = SEPARATOR.exec(text)) {
    const separator = SEPARATOR.lastIndex
    const name = nameBefore(text, found.index, copied)
    if (name === '' || !namesSecret(name, isSecret)) continue
    const start = matchEnd(AFTER_SEPARATOR, text, separator)
    const end = valueEnd({ text, start, name, encoded: found[0].length > 1 })
    if (end > start) {
      result += text.slice(copied, start) + inSameQuotes(text, start, end)
      copied = end
    }
    SEPARATOR.lastIndex = Math.max(end, separator)
  }
  return copied === 0 ? text : result + text.slice(copied)
}

function nameBefore(text: string, separator: number, from: number): string {
  let end = separator
  while (end > from && separator - end < 16 && BETWEEN.test(text.charAt(end - 1))) end--
  let start = end
  while (start > from && end - start < NAME_AT_MOST && NAME.test(text.charAt(start - 1))) start--
  const name = text.slice(start, end)
  if (text.charAt(start - 1) !== ' ') return name
  const before = /[A-Za-z]{1,16}$/.exec(text.slice(Math.max(from, start - 17), start - 1))?.[0]
  return before === undefined ? name : `${before} ${name}`
}

function namesSecret(name: string, isSecret: IsSecret): boolean {
  const space = name.indexOf(' ')
  const word = decoded(name.slice(space + 1))
  if (word === '') return false
  return isSecret(word) || (space > 0 && TWO_WORDS.has(name.replace(' ', '').toLowerCase()))
}

function decoded(name: string): string {
  if (!name.includes('%')) return name
  // `%2Fcb%3Ftoken`: what stands before an encoded delimiter belongs to something else.
  const last = name.split(/%(?:26|3[fF]|2[0fF]|3[bB])/).at(-1) ?? name
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

function valueEnd({ text, start, name, encoded }: { text: string; start: number; name: string; encoded: boolean }) {
  if (matchEnd(LITERAL, text, start) > start) return start
  const quoted = /["'`\\]/.test(text.charAt(start))
  // These hold several words and several pairs: all of the line is theirs.
  if (!quoted && /cookie|authorization/i.test(name)) return matchEnd(LINE, text, start)
  return matchEnd(encoded ? ENCODED : VALUE, text, start)
}

function inSameQuotes(text: string, start: number, end: number): string {
  const open = /^\\*["'`]/.exec(text.slice(start, end))?.[0] ?? ''
  const close = open !== '' && end - start >= 2 * open.length && text.slice(start, end).endsWith(open) ? open : ''
  return open + MARKER.redacted + close
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}
