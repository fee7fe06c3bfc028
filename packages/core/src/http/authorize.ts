import type { ApiRequest } from './message'
import type { Permission, PermissionAlias } from './permission'

/** Who reads the log, and what it may read. */
export interface Principal {
  /** Stable id; reads are recorded under it. */
  readonly id: string
  /** Actor type of its reads. Default: `user`. */
  readonly type?: string
  readonly email?: string
  /** The workspaces it may read, or `'*'` for any one that it names. Never widened by a parameter. */
  readonly workspaces: readonly string[] | '*'
  /** {@link Permission}s, or the aliases `USER_VIEW` (read) and `USER_MANAGE` (read and export). */
  readonly permissions: readonly (Permission | PermissionAlias)[]
  /** When its credentials end, in milliseconds since 1970; nothing is sent to it afterwards. Default: never. */
  readonly expiresAt?: number
}

/** Why a request is turned away: `unauthenticated` answers 401, `forbidden` answers 403. */
export interface Refusal {
  readonly refused: 'unauthenticated' | 'forbidden'
  /** Shown to the caller; keep secrets out of it. */
  readonly reason?: string
}

/** What the request is about to do. `workspaceId` is absent where the principal decides it, `*` where all are asked for. */
export interface Need {
  readonly permission: Permission
  readonly workspaceId?: string
}

/**
 * Decides who asks. Called once per request, before anything is read; may be asynchronous and may look at
 * `request.native`. `undefined`, `null` and `false` mean unauthenticated. What it throws is answered with 500 and
 * counted, never shown. The API itself then checks the principal's permissions and workspaces, so returning the
 * principal is enough.
 */
export type Authorize = (request: ApiRequest, need: Need) => Authorization | Promise<Authorization>

/** What an {@link Authorize} may return. */
export type Authorization = Principal | Refusal | undefined | null | false
