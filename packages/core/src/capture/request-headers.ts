/** The request headers that capture reads. */
export interface RequestHeaders {
  userAgent: string | undefined
  forwardedFor: string | undefined
  requestId: string | undefined
  traceparent: string | undefined
  /** Those of the option `include.headers` that came, by lower-case name. */
  included: Record<string, string> | undefined
}

type Own = Exclude<keyof RequestHeaders, 'included'>

/** What becomes of a header: one of our own members, a member of `included`, or both. */
interface Slot {
  readonly own: Own | undefined
  readonly included: string | undefined
}

const SPELLINGS_AT_MOST = 500

/**
 * Reads headers from `req.rawHeaders`: that is one look at the request, where each look at `req.headers` is several.
 * A header that came more than once is joined by commas.
 */
export function createHeaderReader(requestIdHeader: string, include: readonly string[]) {
  const own = new Map<string, Own>([
    ['user-agent', 'userAgent'],
    ['x-forwarded-for', 'forwardedFor'],
    ['traceparent', 'traceparent'],
    [requestIdHeader, 'requestId'],
  ])
  const included = new Set(include)
  // Names come in few spellings: each is brought into lower case once. Null: of no interest.
  const spellings = new Map<string, Slot | null>()

  function slotOf(spelling: string): Slot | null {
    const name = spelling.toLowerCase()
    const isWanted = own.has(name) || included.has(name)
    const slot = isWanted ? { own: own.get(name), included: included.has(name) ? name : undefined } : null
    if (spellings.size < SPELLINGS_AT_MOST) spellings.set(spelling, slot)
    return slot
  }

  return (rawHeaders: readonly string[]): RequestHeaders => {
    const headers: RequestHeaders = {
      userAgent: undefined,
      forwardedFor: undefined,
      requestId: undefined,
      traceparent: undefined,
      included: undefined,
    }
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      const name = rawHeaders[at] as string
      const known = spellings.get(name)
      const slot = known === undefined ? slotOf(name) : known
      if (slot !== null) add(headers, slot, rawHeaders[at + 1] as string)
    }
    return headers
  }
}

function add(headers: RequestHeaders, { own, included }: Slot, value: string): void {
  if (own !== undefined) headers[own] = joined(headers[own], value)
  if (included === undefined) return
  headers.included ??= Object.create(null) as Record<string, string>
  headers.included[included] = joined(headers.included[included], value)
}

const joined = (before: string | undefined, value: string): string =>
  before === undefined ? value : `${before}, ${value}`
