import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  Module,
  UnauthorizedException,
} from '@nestjs/common'
import { of } from 'rxjs'
import { createTestTrail } from '@actrail/testkit'
import { closeNest, PLATFORMS, serveNest } from '../../../test/nest/serve-nest'
import { byGuard } from './by-guard'

afterEach(closeNest)

interface UserRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  user?: { id: string; orgId: string }
}

const SESSIONS = Symbol('sessions')

/** A guard as applications have it: with dependencies, asking the request, leaving a user on it. */
@Injectable()
class SessionGuard implements CanActivate {
  constructor(@Inject(SESSIONS) private readonly sessions: ReadonlyMap<string, string>) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<UserRequest>()
    const id = this.sessions.get(request.headers['x-session'] ?? '')
    if (id === undefined) throw new UnauthorizedException()
    if (id === 'mallory') throw new ForbiddenException()
    if (context.getClass().name === '' || context.getHandler().name === '' || context.getArgByIndex(0) !== request)
      return false
    request.user = { id, orgId: 'acme' }
    return id !== 'bob'
  }
}

@Module({})
class SessionModule {}

const sessions = new Map([
  ['a', 'alice'],
  ['b', 'bob'],
  ['m', 'mallory'],
])
const guard = new SessionGuard(sessions)
const authorize = byGuard(guard, ({ user }: UserRequest) =>
  user === undefined ? undefined : { id: user.id, workspaces: [user.orgId], permissions: ['activity:read'] },
)

describe.each(PLATFORMS)('the API on %s, guarded by a guard of the application', (platform) => {
  it.each([
    ['whom the guard lets in', 'a', 200],
    ['nobody whom it does not know', 'x', 401],
    ['nobody whom it forbids', 'm', 403],
    ['nobody for whom it returns false', 'b', 403],
  ])('lets in %s', async (_who, session, status) => {
    const { client } = await serveNest(platform, { imports: [SessionModule], audit: { path: 'audit', authorize } })
    await client.get('/audit/workspaces/acme/activity').set('x-session', session).expect(status)
    await client
      .get('/audit/workspaces/other/activity')
      .set('x-session', session)
      .expect(status === 200 ? 403 : status)
  })
})

it.each([
  ['a value', (): boolean => true],
  ['an observable', () => of(true)],
])('takes a guard that answers by %s', async (_by, canActivate) => {
  const trail = createTestTrail({
    authorize: byGuard({ canActivate }, () => ({ id: 'r', workspaces: '*', permissions: ['activity:read'] })),
  })
  const request = {
    method: 'GET',
    path: '/workspaces/w/activity',
    query: new URLSearchParams(),
    headers: {},
    native: {},
  }
  expect(await trail.handle(request)).toMatchObject({ status: 200 })
})

it('does not let in whom a guard that breaks was asked about', async () => {
  const logger = { debug() {}, info() {}, warn() {}, error() {} }
  const canActivate = (): boolean => {
    throw new Error('the session store is away')
  }
  const trail = createTestTrail({
    logger,
    authorize: byGuard({ canActivate }, () => ({ id: 'r', workspaces: '*', permissions: ['activity:read'] })),
  })
  const request = {
    method: 'GET',
    path: '/workspaces/w/activity',
    query: new URLSearchParams(),
    headers: {},
    native: {},
  }
  expect(await trail.handle(request)).toMatchObject({ status: 500 })
})
