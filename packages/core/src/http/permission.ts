/** Every permission of the API. */
export const PERMISSIONS = ['activity:read', 'activity:export', 'activity:write', 'activity:admin'] as const

/**
 * What a principal may do in its workspaces. `activity:read` lists and shows, `activity:export` downloads,
 * `activity:write` records from outside, `activity:admin` reads and exports across workspaces, reads the workspace
 * `_system` and sees the details of `/health`.
 */
export type Permission = (typeof PERMISSIONS)[number]

/** The user-management permissions that grant access to activity logs in user-administration systems. */
export type PermissionAlias = 'USER_VIEW' | 'USER_MANAGE'

/**
 * What each name grants. `USER_MANAGE` is a right within one tenant, so it brings export and not `activity:admin`, which
 * crosses tenants. Administration does not bring `activity:write`: whoever runs the log need not be able to add to it.
 */
const GRANTS: Readonly<Record<Permission | PermissionAlias, readonly Permission[]>> = {
  'activity:read': ['activity:read'],
  'activity:export': ['activity:export'],
  'activity:write': ['activity:write'],
  'activity:admin': ['activity:admin', 'activity:read', 'activity:export'],
  USER_VIEW: ['activity:read'],
  USER_MANAGE: ['activity:read', 'activity:export'],
}

/** Whether a principal that was given `granted` may do what `needed` asks. Names it does not know grant nothing. */
export function grants(granted: readonly (Permission | PermissionAlias)[], needed: Permission): boolean {
  return granted.some((name) => Object.hasOwn(GRANTS, name) && GRANTS[name].includes(needed))
}
