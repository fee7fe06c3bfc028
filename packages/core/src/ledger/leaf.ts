import { hash } from 'node:crypto'

/** What every leaf begins with before it is hashed, so that no leaf can pass for an inner node (RFC 6962, 2.1). */
export const LEAF_PREFIX = '\0'

/** The leaf hash of an event: SHA-256 over a zero byte and the UTF-8 bytes of its canonical form, in lower-case hex. */
export function leafHash(canonical: string): string {
  return hash('sha256', LEAF_PREFIX + canonical, 'hex')
}
