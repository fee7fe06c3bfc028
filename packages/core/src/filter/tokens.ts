/** A piece of a filter's text. */
export interface Token {
  /** `open` is a quote that nothing closes, `sign` anything that has no meaning yet. */
  readonly kind: 'word' | 'quoted' | 'operator' | 'sign' | 'open' | 'end'
  /** As it stands there. */
  readonly text: string
  /** What it says, without quotes. */
  readonly value: string
  /** The character that it begins with, counted from 1. */
  readonly at: number
}

const TOKEN =
  /\s*(?:(?<operator>!=|<=|>=|[=<>])|(?<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<open>["'])|(?<word>[^\s"'()=!<>,]+)|(?<sign>\S))/suy

/** The pieces of a filter's text, one after the other, and `end` for ever after. Takes time in proportion to the text. */
export function* tokensOf(text: string): Generator<Token, never> {
  const pattern = new RegExp(TOKEN)
  for (;;) {
    const { lastIndex } = pattern
    const match = pattern.exec(text)
    if (match === null) break
    const [kind, piece] = kindOf(match.groups)
    const at = lastIndex + match[0].length - piece.length + 1
    yield { kind, text: piece, value: kind === 'quoted' ? unquoted(piece) : piece, at }
  }
  for (;;) yield { kind: 'end', text: '', value: '', at: text.length + 1 }
}

function kindOf(groups: Readonly<Record<string, string | undefined>> = {}): [Token['kind'], string] {
  const found = Object.entries(groups).find(([, piece]) => piece !== undefined)
  return found ? [found[0] as Token['kind'], found[1] ?? ''] : ['end', '']
}

function unquoted(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/gsu, '$1')
}
