/**
 * A place in a list: the number of the last entry seen, within its workspace or, for lists across workspaces, in the
 * whole log. Never a time: Postgres keeps microseconds where a `Date` keeps milliseconds.
 */
export type Cursor = { readonly workspaceSeq: number } | { readonly logIndex: number }

const CURSOR = /^([wl])(0|[1-9]\d{0,15})$/

/** The opaque text of a cursor, safe in a URL. Accepts the numbers as `bigint` too. */
export function encodeCursor(
  cursor: { readonly workspaceSeq: number | bigint } | { readonly logIndex: number | bigint },
): string {
  const plain = 'workspaceSeq' in cursor ? `w${cursor.workspaceSeq}` : `l${cursor.logIndex}`
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

/** Reads what {@link encodeCursor} wrote; `undefined` when the text is nothing of the kind. */
export function decodeCursor(text: string): Cursor | undefined {
  if (text.length > 32 || !/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined
  const parts = CURSOR.exec(atob(text.replace(/-/g, '+').replace(/_/g, '/')))
  const number = Number(parts?.[2])
  if (parts === null || !Number.isSafeInteger(number)) return undefined
  return parts[1] === 'w' ? { workspaceSeq: number } : { logIndex: number }
}
