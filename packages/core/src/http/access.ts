import type { Authorization, Authorize, Need, Principal } from './authorize'
import type { ApiRequest } from './message'
import { grants, type Permission } from './permission'
import { problem, type Problem } from './problem'

const HOW_TO_OPEN =
  'Set the `authorize` option, such as authorize: staticTokens({ "dev-token": { id: "me", workspaces: ["default"], permissions: ["activity:read"] } }).'
const CHALLENGE = { 'www-authenticate': 'Bearer realm="actrail"' }
const CHALLENGE_INVALID = { 'www-authenticate': 'Bearer realm="actrail", error="invalid_token"' }

/** A request that wants in. */
export interface Admission {
  readonly request: ApiRequest
  readonly need: Need
  /** The actor whose activity is asked for: may read it without the permission to read. */
  readonly ownId?: string | undefined
}

/**
 * Asks `authorize` who the caller is, and checks that it may do what is needed. Without `authorize` everybody is turned
 * away. Rejects with whatever `authorize` throws, and with a TypeError when it returns something else than it may.
 */
export async function admit(
  authorize: Authorize | undefined,
  { request, need, ownId }: Admission,
): Promise<Principal | Problem> {
  if (!authorize) return closed(request)
  const answer = await authorize(request, need)
  if (!answer || 'refused' in answer) return refusal(request, answer)
  assertPrincipal(answer)
  const isOwn = need.permission === 'activity:read' && answer.id === ownId
  return isOwn || grants(answer.permissions, need.permission) ? answer : lacking(need.permission)
}

function closed(request: ApiRequest): Problem {
  return hasCredentials(request)
    ? problem('ERR_AUTHORIZE_MISSING', 'Nobody may read this log yet.', { remedy: HOW_TO_OPEN })
    : problem('ERR_CREDENTIALS_MISSING', 'Nobody may read this log yet.', { remedy: HOW_TO_OPEN, headers: CHALLENGE })
}

function refusal(request: ApiRequest, answer: Exclude<Authorization, Principal>): Problem {
  const reason = answer ? answer.reason : undefined
  if (answer && answer.refused === 'forbidden') {
    const remedy = 'Ask for access, or use other credentials.'
    return problem('ERR_PERMISSION_MISSING', reason ?? 'These credentials do not permit this.', { remedy })
  }
  return hasCredentials(request)
    ? problem('ERR_CREDENTIALS_REFUSED', reason ?? 'The credentials were not accepted.', {
        remedy: 'Send a valid token, such as Authorization: Bearer <token>.',
        headers: CHALLENGE_INVALID,
      })
    : problem('ERR_CREDENTIALS_MISSING', reason ?? 'This endpoint needs credentials.', {
        remedy: 'Send a token: Authorization: Bearer <token>.',
        headers: CHALLENGE,
      })
}

function lacking(permission: Permission): Problem {
  const remedy = `Use credentials that have ${permission}.`
  return problem('ERR_PERMISSION_MISSING', `These credentials lack the permission ${permission}.`, { remedy })
}

function hasCredentials(request: ApiRequest): boolean {
  return request.headers.authorization !== undefined || request.headers.cookie !== undefined
}

/** `authorize` is the host's code: what it returns is checked before any of it counts as permission. */
function assertPrincipal(answer: Principal): void {
  const { id, workspaces, permissions } = answer
  const sound =
    typeof id === 'string' &&
    id !== '' &&
    (workspaces === '*' || Array.isArray(workspaces)) &&
    Array.isArray(permissions)
  if (!sound) {
    throw new TypeError(
      'authorize returned something that is neither a principal { id, workspaces, permissions } nor a refusal',
    )
  }
}
