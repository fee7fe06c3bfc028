import { createHash, timingSafeEqual } from 'node:crypto'

import { ActrailError } from '../errors'
import type { Authorize, Principal } from './authorize'
import { bearerToken } from './bearer-token'

/**
 * An {@link Authorize} for development and tests: a fixed principal for each bearer token. Tokens are compared by their
 * digests, all of them every time, so that neither their number nor their text shows in the time it takes.
 *
 * @param tokens principals by token
 * @throws ActrailError ERR_OPTION_INVALID for an empty token or one that cannot be sent in a header
 * @example
 * audit({ authorize: staticTokens({ 'dev-token': { id: 'ann', workspaces: ['acme'], permissions: ['activity:read'] } }) })
 */
export function staticTokens(tokens: Readonly<Record<string, Principal>>): Authorize {
  const known = Object.entries(tokens).map(([token, principal]) => {
    // Never name the token itself in a message: messages reach logs.
    if (!/^[\x21-\x7e]+$/.test(token)) {
      const remedy = 'Use one or more visible ASCII characters without spaces for each.'
      throw new ActrailError('ERR_OPTION_INVALID', `staticTokens: a token is empty or cannot be sent. ${remedy}`)
    }
    return { digest: sha256(token), principal }
  })
  return (request) => {
    const given = bearerToken(request.headers.authorization)
    if (given === undefined) return undefined
    const digest = sha256(given)
    let found: Principal | undefined
    for (const candidate of known) {
      if (timingSafeEqual(candidate.digest, digest)) found = candidate.principal
    }
    return found
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
