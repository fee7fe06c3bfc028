import type { Role } from './place'

/** Something that a role below the owner must not manage to do. */
export interface Attempt {
  readonly name: string
  /** One after the other on one connection, up to the first that is refused. */
  readonly sql: readonly string[]
  /** What a `copy … from stdin` gets. */
  readonly data?: string
  /** Who tries. Default: every role. Left out is who may do it by right. */
  readonly by?: readonly Role[]
}
