/** The token of an `Authorization: Bearer` header, whatever the case of the scheme. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([^ ]+) *$/i.exec(header ?? '')?.[1]
}
