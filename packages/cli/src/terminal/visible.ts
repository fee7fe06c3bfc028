/**
 * What a terminal would obey instead of show: control characters (C0, DEL, C1), format characters (which turn the
 * direction of text around or hide it), line and paragraph separators, halves of surrogate pairs, and all that is made
 * not to be seen. The selectors that make a sign an emoji, or not, stay: they belong to the sign in front of them.
 */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text with everything that a terminal would obey written out, such as `\x1b` or `\u202e`, on one line. */
export function visible(text: string): string {
  return text.replaceAll(OBEYED, (character) => {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x100) return SHORT[character] ?? `\\x${code.toString(16).padStart(2, '0')}`
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** The same of several lines, which stay lines. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n')
}

/**
 * A value as JSON that any terminal shows and any program reads as the same value: what a terminal would obey stands as
 * an escape of JSON.
 *
 * @param indent blanks for each level; 0 puts all on one line
 */
export function visibleJson(value: unknown, indent = 0): string {
  const lines = JSON.stringify(value, undefined, indent).split('\n')
  return lines.map((line) => line.replaceAll(OBEYED, jsonEscape)).join('\n')
}

/** Outside its strings JSON has no such character but the line end, so that an escape always stands in a string. */
function jsonEscape(character: string): string {
  // Escapes of JSON are units of UTF-16, two of them where a character has two.
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
  }).join('')
}
