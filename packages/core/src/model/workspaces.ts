/** In place of a workspace's id: all of them, in the order of the log. No event belongs to it. */
export const ALL_WORKSPACES = '*'

/** Where events go that have no tenant in a log that has tenants; read with `activity:admin` only. */
export const SYSTEM_WORKSPACE = '_system'

/** Where events go in a log without tenants. */
export const DEFAULT_WORKSPACE = 'default'
