import { createHash } from 'node:crypto'

/** The largest time that fits into a UUIDv7. */
const MAX_MS = 2 ** 48 - 1

/**
 * A UUIDv7 that is made of what it names: the same time and the same names always give the same id, others another one
 * (74 bits of their SHA-256). Times before 1970 have the id of 1970.
 *
 * @param ms milliseconds since 1970
 */
export function derivedId(ms: number, names: readonly string[]): string {
  const time = Math.min(Math.max(Math.trunc(ms), 0), MAX_MS)
    .toString(16)
    .padStart(12, '0')
  const hash = createHash('sha256')
    .update(JSON.stringify([ms, ...names]))
    .digest('hex')
  const variant = (8 + (Number.parseInt(hash[3] ?? '0', 16) & 3)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`
}
