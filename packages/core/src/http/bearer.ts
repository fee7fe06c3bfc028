import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'

import { ActrailError } from '../errors'
import { DEFAULT_WORKSPACE } from '../model/workspaces'
import type { Authorize, Principal, Refusal } from './authorize'
import { bearerToken } from './bearer-token'

/** The claims of a verified token. */
export type Claims = JWTPayload

/** How `bearer` knows a token of your identity provider, and what it lets its holder do. */
export interface BearerOptions {
  /** The `iss` of its tokens, to the letter, such as `https://login.example.com/realms/acme`. */
  readonly issuer: string
  /** The `aud` that names this API; a token must carry one of them. */
  readonly audience: string | readonly string[]
  /** Where its public keys are, https. Fetched at first need, kept for ten minutes, asked again, for a token by an unknown one, at most every ten seconds. */
  readonly jwksUri: string
  /**
   * What a token may do: the name of a claim that lists permissions (an array, or words separated by spaces), or a
   * function of the claims. Names that are no permission grant nothing. Default: `scope`.
   */
  readonly permissions?: string | ((claims: Claims) => Principal['permissions'])
  /**
   * The tenants of a token: the name of a claim that holds one or several, or a function of the claims, which alone may
   * answer `'*'`. Default: every token reads the workspace `default` and no other.
   */
  readonly workspace?: string | ((claims: Claims) => string | readonly string[] | undefined)
  /** Asymmetric signatures that are accepted. Default: RS256, PS256, ES256, EdDSA. */
  readonly algorithms?: readonly string[]
  /** By how many seconds the clocks of issuer and API may differ, 0–300. Default: 5. */
  readonly clockTolerance?: number
}

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
const ASYMMETRIC = /^(RS|PS|ES)(256|384|512)$|^EdDSA$/
const KEYS = { timeoutDuration: 5_000, cooldownDuration: 10_000, cacheMaxAge: 600_000 }

/**
 * An {@link Authorize} for access tokens of an OpenID Connect provider (RFC 9068 and its kin): signed with one of the
 * fixed algorithms by a key that the provider publishes, for this audience, from this issuer, with an expiry and a
 * subject. The secret-based algorithms and `none` are never accepted.
 *
 * @throws ActrailError ERR_OPTION_INVALID for an address or an algorithm that cannot be used
 * @example
 * audit({ authorize: bearer({ issuer, audience: 'activity-api', jwksUri: `${issuer}/certs`, workspace: 'org_id' }) })
 */
export function bearer(options: BearerOptions): Authorize {
  const keys = createRemoteJWKSet(keyAddress(options.jwksUri), KEYS)
  const verify = verifier(options, keys)
  const principalOf = principalMaker(options)
  return async (request) => {
    const token = bearerToken(request.headers.authorization)
    if (token === undefined) return undefined
    try {
      return principalOf(await verify(token))
    } catch (error) {
      return refusalOf(error)
    }
  }
}

function verifier(options: BearerOptions, keys: JWTVerifyGetKey): (token: string) => Promise<Claims> {
  const { issuer, clockTolerance = 5 } = options
  const audience = typeof options.audience === 'string' ? [options.audience] : [...options.audience]
  const algorithms = [...(options.algorithms ?? ALGORITHMS)]
  if (issuer === '' || audience.length === 0 || audience.includes(''))
    throw invalid('needs an issuer and an audience: without them any token of the provider would do')
  const weak = algorithms.find((name) => !ASYMMETRIC.test(name))
  if (weak !== undefined) throw invalid(`takes no ${weak}: name public-key algorithms, such as RS256 or ES256`)
  if (!(clockTolerance >= 0 && clockTolerance <= 300)) throw invalid('takes a clockTolerance of 0 to 300 seconds')
  const expected = { issuer, audience, algorithms, clockTolerance, requiredClaims: ['exp', 'sub'] }
  return async (token) => (await jwtVerify(token, keys, expected)).payload
}

function principalMaker({ permissions = 'scope', workspace }: BearerOptions): (claims: Claims) => Principal {
  const permissionsOf = typeof permissions === 'function' ? permissions : wordsOf(permissions)
  const workspacesOf = typeof workspace === 'function' ? workspace : tenantsOf(workspace)
  return (claims) => {
    const { sub, email, exp, client_id: client } = claims
    const tenants = workspacesOf(claims) ?? []
    return {
      id: String(sub),
      // A client that acts for itself is its own subject.
      ...(client === sub && { type: 'service' }),
      ...(typeof email === 'string' && { email }),
      workspaces: typeof tenants === 'string' && tenants !== '*' ? [tenants] : tenants,
      permissions: permissionsOf(claims),
      expiresAt: Number(exp) * 1_000,
    }
  }
}

/** A claim that lists names. They grant what they grant: unknown ones nothing. */
function wordsOf(claim: string): (claims: Claims) => Principal['permissions'] {
  return (claims) => texts(claims[claim]).flatMap((text) => text.split(' ')) as unknown as Principal['permissions']
}

/** A claim that holds tenants. A `*` in it is a name like any other: what a token says must not open all of them. */
function tenantsOf(claim: string | undefined): (claims: Claims) => readonly string[] {
  return (claims) => (claim === undefined ? [DEFAULT_WORKSPACE] : texts(claims[claim]))
}

function texts(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((each): each is string => typeof each === 'string' && each !== '')
}

/** What the caller is told. Rethrows what is not the token's fault: keys that cannot be fetched, the host's functions. */
function refusalOf(error: unknown): Refusal {
  const refused = (reason: string): Refusal => ({ refused: 'unauthenticated', reason })
  if (error instanceof errors.JWTExpired) return refused('The token has expired.')
  if (error instanceof errors.JWTClaimValidationFailed)
    return refused(`The token is not for this API (${error.claim}).`)
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refused('The token is signed by an algorithm that is not accepted.')
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) throw error
  if (error.code === 'ERR_JOSE_GENERIC' || error instanceof errors.JWKSInvalid) throw error
  return refused('The token is not one of the identity provider.')
}

function keyAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLocal = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return url
  throw invalid(
    'needs a jwksUri that begins with https:// (http:// only on this machine): keys from an open line prove nothing',
  )
}

function invalid(what: string): ActrailError {
  return new ActrailError('ERR_OPTION_INVALID', `bearer ${what}.`)
}
