/** The code of an error of Node's or of a package's, such as `ENOENT`; `undefined` where it has none. */
export function errorCode(error: unknown): string | undefined {
  // Looked at by shape: an error may come from another realm, where `instanceof Error` fails.
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
