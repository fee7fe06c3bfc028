import type { Need, Principal } from './authorize'
import type { ApiRequest } from './message'
import { isProblem, type Problem } from './problem'
import type { AnyCall } from './route'
import { mayRead, permissionFor } from './tenant'

/** Whether who asked may still have what is being written, as `authorize` says now. Rejects when that fails. */
export async function mayGoOn(
  { request, route, workspaceId }: Pick<AnyCall, 'request' | 'route' | 'workspaceId'>,
  admit: (request: ApiRequest, need: Need) => Promise<Principal | Problem>,
): Promise<boolean> {
  if (route.permission === 'none') return true
  const permission = permissionFor(route.permission, workspaceId)
  const answer = await admit(request, { permission, ...(workspaceId !== undefined && { workspaceId }) })
  return !isProblem(answer) && (workspaceId === undefined || mayRead(answer, workspaceId))
}
