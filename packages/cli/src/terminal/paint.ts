import type { Io } from '../command'

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const

/** The colours that are used; they say nothing that the text does not say. */
export type Colour = keyof typeof CODES

/** Colours a text that has no control characters in it, or leaves it as it is. */
export type Paint = (colour: Colour | undefined, text: string) => string

/**
 * Colours on a terminal, none elsewhere. `--no-color` and a `NO_COLOR` that is not empty turn them off, `FORCE_COLOR`
 * (not `0`) turns them on where nothing turned them off.
 */
export function createPaint({ env, isTTY }: Pick<Io, 'env' | 'isTTY'>, isWanted: boolean): Paint {
  if (!isColoured(env, isTTY) || !isWanted) return (_colour, text) => text
  return (colour, text) => {
    if (colour === undefined || text === '') return text
    const [on, off] = CODES[colour]
    return `\u001b[${on}m${text}\u001b[${off}m`
  }
}

function isColoured({ NO_COLOR, FORCE_COLOR, TERM }: Io['env'], isTTY: boolean): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return isTTY && TERM !== 'dumb'
}
