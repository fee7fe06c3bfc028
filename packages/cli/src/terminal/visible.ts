/**
 * What a terminal would obey instead of show: control characters (C0, DEL, C1), format characters (which turn the
 * direction of text around or hide it), line and paragraph separators, and halves of surrogate pairs.
 */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text with everything that a terminal would obey written out, such as `\x1b` or `\u202e`, on one line. */
export function visible(text: string): string {
  return text.replaceAll(OBEYED, (character) => {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x100) return SHORT[character] ?? `\\x${code.toString(16).padStart(2, '0')}`
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}
