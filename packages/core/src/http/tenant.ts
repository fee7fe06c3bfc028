import { ALL_WORKSPACES, SYSTEM_WORKSPACE } from '../model/workspaces'
import type { Principal } from './authorize'
import type { ApiRequest } from './message'
import { grants, type Permission } from './permission'
import { problem, quoted, type Problem } from './problem'
import type { Tenancy } from './route'

/** The workspace that a request names, if its kind of route lets it name one: in the path, or by `workspace`. */
export function namedWorkspace(
  tenancy: Tenancy,
  params: Readonly<Record<string, string>>,
  request: ApiRequest,
): string | undefined {
  if (tenancy === 'path') return params.ws_id
  const named = tenancy === 'choice' ? request.query.getAll('workspace') : []
  return named.length === 1 && named[0] !== '' ? named[0] : undefined
}

/** Reading what belongs to no single tenant is administration. */
export function permissionFor(permission: Permission, workspace: string | undefined): Permission {
  return workspace === ALL_WORKSPACES || workspace === SYSTEM_WORKSPACE ? 'activity:admin' : permission
}

/**
 * The one workspace that a principal reads with this request: the one it names, else its only one. The principal's own
 * list is the limit, whatever the request says; the answer does not depend on whether a workspace exists.
 */
export function tenantFor(principal: Principal, named: string | undefined): string | Problem {
  if (named !== undefined) return mayRead(principal, named) ? named : forbidden(named)
  const { workspaces } = principal
  const [only, ...others] = workspaces === '*' ? [] : workspaces
  if (only !== undefined && others.length === 0) return mayRead(principal, only) ? only : forbidden(only)
  if (workspaces.length === 0) {
    const remedy = 'Let `authorize` return the workspaces of this principal.'
    return problem('ERR_WORKSPACE_FORBIDDEN', 'These credentials belong to no workspace.', { remedy })
  }
  return problem('ERR_WORKSPACE_AMBIGUOUS', 'These credentials reach several workspaces; the request names none.', {
    parameter: 'workspace',
    remedy: 'Name one: workspace=<id>.',
  })
}

/** Whether a workspace (`'*'`: all of them) is within a principal's reach. */
export function mayRead({ workspaces, permissions }: Principal, workspace: string): boolean {
  const isAdmin = grants(permissions, 'activity:admin')
  if (workspace === SYSTEM_WORKSPACE) return isAdmin
  if (workspace === ALL_WORKSPACES) return isAdmin && workspaces === '*'
  return workspaces === '*' || workspaces.includes(workspace)
}

/** All workspaces that a principal reads: its own, and for administrators what belongs to no tenant. */
export function reachOf({ workspaces, permissions }: Principal): readonly string[] | '*' {
  if (workspaces === '*' || !grants(permissions, 'activity:admin')) return workspaces
  return [...workspaces, SYSTEM_WORKSPACE]
}

function forbidden(workspace: string): Problem {
  return problem('ERR_WORKSPACE_FORBIDDEN', `These credentials do not reach the workspace ${quoted(workspace)}.`, {
    remedy: 'Use credentials of that workspace.',
  })
}
