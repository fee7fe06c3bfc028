import { ActrailClientError } from './client-error.js'

/** The parameters of a request: what is `undefined` is left out, an array is repeated. */
export type QueryValues = object

/** The mount point without a slash at its end. Throws ERR_CLIENT_INPUT_INVALID for what `fetch` would not take. */
export function mountPoint(baseUrl: string): string {
  const page = (globalThis as { location?: { readonly href?: string } }).location?.href
  let url: URL | undefined
  try {
    url = new URL(baseUrl, page)
  } catch {
    // Said below, with what else may be wrong.
  }
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    const message = `\`baseUrl\` is ${JSON.stringify(baseUrl)}. Give the http(s) address under which the API is mounted, such as https://app.example/api/v1, without credentials, query or fragment.`
    throw new ActrailClientError('ERR_CLIENT_INPUT_INVALID', message, { parameter: 'baseUrl' })
  }
  return url.href.replace(/\/+$/, '')
}

/**
 * A path with the ids that belong into it, each in one segment. Throws ERR_CLIENT_INPUT_INVALID for an id that a URL
 * cannot carry: an empty one, `.` and `..` would address something else.
 */
export function pathOf(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  const encoded = ids.map((id) => {
    if (typeof id === 'string' && !/^\.{0,2}$/.test(id)) return encodeURIComponent(id)
    const message = `${JSON.stringify(id)} is not an id. Give one that is neither empty nor made of dots.`
    throw new ActrailClientError('ERR_CLIENT_INPUT_INVALID', message)
  })
  return String.raw({ raw: parts }, ...encoded)
}

/** The parameters as the part of an address that begins with `?`, or nothing. */
export function queryString(query: QueryValues): string {
  const pairs = new URLSearchParams()
  for (const [name, value] of Object.entries(query) as [string, unknown][]) {
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (each !== undefined) pairs.append(name, `${each as string | number}`)
    }
  }
  const text = pairs.toString()
  return text === '' ? '' : `?${text}`
}
