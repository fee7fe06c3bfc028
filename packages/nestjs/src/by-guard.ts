import type { Authorization, Authorize, Need } from '@actrail/core'
import type { CanActivate, ExecutionContext, HttpException } from '@nestjs/common'
import { isObservable, lastValueFrom } from 'rxjs'
import type { HttpRequest } from './http-request.js'

/** Who a guard has let in: usually made of `request.user`. */
export type PrincipalOf<Native> = (request: Native, need: Need) => Authorization | Promise<Authorization>

/**
 * An `authorize` that asks a guard of the application. Nest's own guards do not stand before a mounted API, so it has to
 * be called here. What the guard reads from the handler's metadata (roles, say) it does not find: what a user may read of
 * the log, `principalOf` says.
 *
 * @param principalOf asked after the guard has let the request in
 * @example authorize: byGuard(guard, ({ user }) => ({ id: user.id, workspaces: [user.orgId], permissions: ['activity:read'] }))
 */
export function byGuard<Native = HttpRequest>(guard: CanActivate, principalOf: PrincipalOf<Native>): Authorize {
  return async ({ native }, need) => {
    const refused = await refusalBy(guard, native)
    return refused === undefined ? principalOf(native as Native, need) : { refused }
  }
}

async function refusalBy(guard: CanActivate, native: unknown): Promise<'unauthenticated' | 'forbidden' | undefined> {
  try {
    const answer = guard.canActivate(contextOf(native))
    const isLetIn = isObservable(answer) ? await lastValueFrom(answer) : await answer
    return isLetIn ? undefined : 'forbidden'
  } catch (error) {
    const status = (error as Partial<HttpException> | null | undefined)?.getStatus?.()
    if (status === 401) return 'unauthenticated'
    if (status === 403) return 'forbidden'
    throw error
  }
}

/** The guarded thing, for guards that ask. */
class ActivityApi {
  handle(): void {}
}

function contextOf(native: unknown): ExecutionContext {
  // Express knows the response by the request; Passport hands it on, and leaves it alone.
  const args = [native, (native as { res?: unknown }).res ?? {}, () => undefined]
  const unknown = (): never => {
    throw new TypeError('The activity API is asked over HTTP.')
  }
  return {
    getClass: <T>() => ActivityApi as T,
    getHandler: () => ActivityApi.prototype.handle,
    getType: <T>() => 'http' as T,
    getArgs: <T>() => args as T,
    getArgByIndex: <T>(index: number) => args[index] as T,
    switchToHttp: () => ({
      getRequest: <T>() => args[0] as T,
      getResponse: <T>() => args[1] as T,
      getNext: <T>() => args[2] as T,
    }),
    switchToRpc: unknown,
    switchToWs: unknown,
  }
}
