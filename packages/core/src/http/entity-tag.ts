import { createHash } from 'node:crypto'

import type { WholeResponse } from './answer'
import type { ApiRequest, ApiResponse } from './message'

// What an answer says outside of its body.
const SAID_IN_HEADERS = ['link', 'x-total-count', 'x-total-relation']

/**
 * An answer with its `ETag`, or 304 without a body when the request names that very tag in `If-None-Match`. The tag is a
 * digest of all that the answer says, so an answer that would differ is always given. `*` names no answer and is not one.
 */
export function tagged(response: WholeResponse, request: ApiRequest): ApiResponse {
  const etag = tagOf(response)
  const { 'content-type': type = '', 'content-length': length = '', ...kept } = response.headers
  if (namedTags(request.headers['if-none-match'] ?? '').includes(etag)) {
    return { status: 304, headers: { ...kept, etag }, body: '' }
  }
  return { ...response, headers: { ...kept, 'content-type': type, 'content-length': length, etag } }
}

function tagOf({ headers, body }: WholeResponse): string {
  const said = SAID_IN_HEADERS.map((name) => headers[name] ?? '')
  return `"${createHash('sha256').update(JSON.stringify(said)).update(body).digest('base64url')}"`
}

/** Proxies that compress an answer make its tag a weak one: `W/"…"`. */
function namedTags(text: string): string[] {
  return text.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
}
