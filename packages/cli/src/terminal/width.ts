import stringWidth from 'string-width'

const PARTS = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Stands for what was cut off. */
const ELLIPSIS = '…'

/** How many marks may sit on one character before the rest is cut: piled up they reach into the lines above and below. */
const MOST_MARKS = 4

/** How many columns of a terminal a text takes that has passed `visible`. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const { segment } of PARTS.segment(text)) columns += columnsOfPart(segment)
  return columns
}

/** A text that takes at most so many columns (1 or more), its end cut off and marked where it would take more. */
export function fitted(text: string, columns: number): string {
  let kept = ''
  let used = 0
  let keptWithMark = ''
  for (const { segment } of PARTS.segment(text)) {
    const part = withoutPile(segment)
    used += columnsOfPart(part)
    if (used > columns) return keptWithMark + ELLIPSIS
    kept += part
    if (used < columns) keptWithMark = kept
  }
  return kept
}

/** A text that takes exactly so many columns: cut off, or filled up with blanks. */
export function padded(text: string, columns: number): string {
  const short = fitted(text, columns)
  return short + ' '.repeat(Math.max(0, columns - columnsOf(short)))
}

function columnsOfPart(part: string): number {
  // The table of string-width ends before the newest emoji; Node's own is younger.
  return Math.max(stringWidth(part), /\p{Emoji_Presentation}/u.test(part) ? 2 : 0)
}

function withoutPile(part: string): string {
  const points = [...part]
  return points.length > MOST_MARKS + 1 ? points.slice(0, MOST_MARKS + 1).join('') : part
}
