import { annotate, reason, skip, withActor } from '@actrail/core'
import { createTestTrail } from '@actrail/testkit'
import { ForbiddenException, Injectable, SetMetadata, type Type, UnauthorizedException } from '@nestjs/common'
import { ExternalContextCreator, NestFactory } from '@nestjs/core'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host'
import { concat, NEVER, of, throwError } from 'rxjs'
import { AuditModule } from './audit-module'
import { Audited, NotAudited } from './audited'
import { CallInterceptor } from './call-interceptor'
import type { AuditedCall } from './declaration'
import type { Door } from './door'

// What the packages of these doors, which are played by the conformance rig, write on handlers.
const Query = (): MethodDecorator => SetMetadata('graphql:resolver_type', 'Query')
const Mutation = (): MethodDecorator => SetMetadata('graphql:resolver_type', 'Mutation')
const Message = (): MethodDecorator => SetMetadata('websockets:message_mapping', true)
const Pattern = (): MethodDecorator => SetMetadata('microservices:pattern', ['done'])

const userOf = ({ client }: AuditedCall) => (client as { user?: { type: string; id: string } }).user

@Injectable()
@Audited('issue.touched', { actor: userOf, workspace: ({ client }) => (client as { org?: string }).org })
class Gateway {
  @Message()
  @Audited('issue.moved', { resource: { type: 'issue', id: 'body.id' }, details: { to: 'done' } })
  async move(_client: object, { fail, late }: { fail?: Error; late?: () => void }): Promise<void> {
    await Promise.resolve()
    annotate({ details: { moved: true } })
    reason('asked for')
    if (late !== undefined) setImmediate(late)
    if (fail !== undefined) throw fail
  }

  @Message()
  touch(): string {
    return 'touched'
  }

  @NotAudited()
  @Message()
  ping(_client: object, { fail }: { fail?: Error }): void {
    if (fail !== undefined) throw fail
  }

  @Message()
  quietly(): void {
    skip()
  }
}

@Injectable()
@Audited({ capture: 'mutations' })
class Resolver {
  @Mutation()
  @Audited('issue.updated', { resource: { type: 'issue', id: 'args.id', name: 'result.title' } })
  update(): object {
    return { title: 'new' }
  }

  @Query()
  issue(): void {}

  @Query()
  failing(): never {
    throw new Error('no')
  }
}

@Injectable()
class Handlers {
  @Audited('issue.counted', { details: ({ result }) => ({ result }) })
  @Pattern()
  count(last: Error | number) {
    return concat(of(1, 2), last instanceof Error ? throwError(() => last) : of(last))
  }

  @Audited('issue.guessed', {
    details: () => {
      throw new Error('in a declaration')
    },
  })
  @Pattern()
  guess(): void {}
}

/** Nest's own way into a handler through its interceptors, which is also that of its GraphQL package. */
async function serve<T extends object>(type: Type<T>, door: Door) {
  const trail = createTestTrail()
  const module = { module: class {}, imports: [AuditModule.forRoot({ trail })], providers: [type] }
  const host = await NestFactory.createApplicationContext(module, { logger: false })
  const [instance, creator] = [host.get(type), host.get(ExternalContextCreator)]
  const enhancers = { interceptors: true, guards: true, filters: false }
  const call = (name: string & keyof T, ...args: unknown[]): Promise<unknown> =>
    creator.create(
      instance,
      instance[name] as () => unknown,
      name,
      undefined,
      undefined,
      undefined,
      undefined,
      enhancers,
      door,
    )(...args)
  return { trail, call }
}

const alice = { user: { type: 'user', id: 'alice' }, org: 'acme' }

it('a message is an event with the actor and the tenant that its socket tells, and what its handler annotates', async () => {
  const { trail, call } = await serve(Gateway, 'ws')
  await call('move', alice, { id: 7 })
  expect(trail.events()).toMatchObject([
    {
      action: 'issue.moved',
      source: 'ws',
      actor_id: 'alice',
      workspace_id: 'acme',
      resource_id: '7',
      details: { to: 'done', moved: true, reason: 'asked for' },
      result: 'success',
    },
  ])
})

it('what is annotated after the end of a message changes nothing', async () => {
  const { trail, call } = await serve(Gateway, 'ws')
  const late = new Promise<boolean>((resolve) => {
    void call('move', alice, { id: 7, late: () => resolve(annotate({ action: 'issue.late' })) })
  })
  expect(await late).toBe(false)
  expect(trail.events()).toMatchObject([{ action: 'issue.moved' }])
})

it('a class declares for all of its messages; what is not audited is kept where it fails', async () => {
  const { trail, call } = await serve(Gateway, 'ws')
  expect(await call('touch', {})).toBe('touched')
  await call('ping', {}, {})
  await call('quietly', {})
  await expect(call('ping', {}, { fail: new Error('no') })).rejects.toThrow('no')
  expect(trail.events()).toMatchObject([
    { action: 'issue.touched', result: 'success' },
    { action: 'issue.touched', result: 'failure' },
  ])
})

it.each([
  ['a refusal by Nest', new ForbiddenException(), 'denied'],
  ['missing credentials', new UnauthorizedException(), 'denied'],
  ['a refusal by RPC', Object.assign(new Error(), { getError: () => ({ status: 403 }) }), 'denied'],
  ['a refusal by GraphQL', Object.assign(new Error(), { extensions: { code: 'UNAUTHENTICATED' } }), 'denied'],
  ['an exception with a text', Object.assign(new Error(), { getError: () => 'no' }), 'failure'],
  ['an error', new Error('no'), 'failure'],
])('%s ends a message, whose event says how it went', async (_name, fail, result) => {
  const { trail, call } = await serve(Gateway, 'ws')
  await expect(call('move', alice, { id: 7, fail })).rejects.toBe(fail)
  expect(trail.events()).toMatchObject([{ action: 'issue.moved', actor_id: 'alice', resource_id: '7', result }])
})

it('a resolver finds its arguments by name, and has the identity around it', async () => {
  const { trail, call } = await serve(Resolver, 'graphql')
  await withActor({ type: 'user', id: 'bob' }, () => call('update', undefined, { id: 7 }, {}))
  expect(trail.events()).toMatchObject([
    {
      action: 'issue.updated',
      source: 'graphql',
      actor_id: 'bob',
      resource_id: '7',
      resource_name: 'new',
    },
  ])
})

it('of resolvers that only read, a class that audits mutations keeps the failures', async () => {
  const { trail, call } = await serve(Resolver, 'graphql')
  await call('issue', undefined, {}, {})
  await expect(call('failing', undefined, {}, {})).rejects.toThrow('no')
  expect(trail.events()).toMatchObject([{ action: 'Resolver.failing', result: 'failure' }])
})

it('of an observable the first value is the result, and the end says how it went', async () => {
  const { trail, call } = await serve(Handlers, 'rpc')
  expect(await call('count', 3)).toBe(3)
  await expect(call('count', new Error('lost'))).rejects.toThrow('lost')
  expect(trail.events()).toMatchObject([
    { action: 'issue.counted', source: 'rpc', result: 'success', details: { result: 1 } },
    { action: 'issue.counted', source: 'rpc', result: 'failure' },
  ])
})

it('costs no event with a mistake in its declaration', async () => {
  const { trail, call } = await serve(Handlers, 'rpc')
  await call('guess')
  expect(trail.events()).toMatchObject([{ action: 'issue.guessed', result: 'success' }])
})

describe('a call whose client leaves', () => {
  const contextOf = (): ExecutionContextHost => {
    const context = new ExecutionContextHost([alice, {}], Gateway, Reflect.get(Gateway.prototype, 'touch'))
    context.setType('ws')
    return context
  }

  it('is aborted', () => {
    const trail = createTestTrail()
    new CallInterceptor(trail)
      .intercept(contextOf(), { handle: () => NEVER })
      .subscribe()
      .unsubscribe()
    expect(trail.events()).toMatchObject([{ action: 'issue.touched', actor_id: 'alice', result: 'aborted' }])
  })

  it('is just called where there is no trail', () => {
    const values: unknown[] = []
    new CallInterceptor().intercept(contextOf(), { handle: () => of(1) }).subscribe((value) => values.push(value))
    expect(values).toEqual([1])
  })
})
