const SHORT = 64
const encoder = new TextEncoder()

/**
 * Makes text storable: NUL characters are removed (`jsonb` refuses them), lone surrogates become U+FFFD, and the rest is
 * clipped to `maxBytes` bytes of UTF-8 between two code points. Clean text comes back as it is; short ASCII at once.
 */
export function cleanText(text: string, maxBytes: number): string {
  if (text.length <= SHORT && text.length <= maxBytes && isPlainAscii(text)) return text
  // Clipping before cleaning keeps the work bounded; NULs are one byte each, so room is left for what they free.
  let clean = text.length > maxBytes * 2 ? text.slice(0, maxBytes * 2) : text
  if (clean.includes('\0')) clean = clean.replaceAll('\0', '')
  if (/[\ud800-\udfff]/.test(clean)) clean = clean.replace(/\p{Surrogate}/gu, '\ufffd')
  return clip(clean, maxBytes)
}

/** The longest start of `text` that takes at most `maxBytes` bytes of UTF-8 and splits no code point. */
export function clip(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text
  if (text.length <= maxBytes && isPlainAscii(text)) return text
  const { read } = encoder.encodeInto(text, new Uint8Array(maxBytes))
  return read < text.length ? text.slice(0, read) : text
}

function isPlainAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0 || code > 127) return false
  }
  return true
}
