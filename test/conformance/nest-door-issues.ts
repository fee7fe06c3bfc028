import { Audited, type AuditedCall, NotAudited } from '@actrail/nestjs'
import { Controller, ForbiddenException, Inject, Injectable, ParseIntPipe, type Type, UseGuards } from '@nestjs/common'
import { concat, NEVER, type Observable, of } from 'rxjs'
import type { DoorPackages } from './nest-door-packages'

@Injectable()
class Mailer {
  @Audited('mail.sent')
  async send(): Promise<void> {}
}

/** One issue tracker behind every door: a resolver, a gateway and message handlers. */
export function createIssues(packages: DoorPackages): { controllers: Type[]; providers: Type[] } {
  return {
    controllers: [createHandlers(packages)],
    providers: [Mailer, createResolver(packages), createGateway(packages)],
  }
}

/** What the resolvers below resolve. */
export const TYPE_DEFS = `type Issue { id: ID! title: String }
  type Query { issue(id: ID!): Issue }
  type Mutation { close(id: ID!): Issue guarded: Issue }`

function createResolver({ graphql: { Args, Mutation, Query, Resolver } }: DoorPackages): Type {
  @Resolver()
  @Audited('issue.touched')
  class IssueResolver {
    constructor(@Inject(Mailer) private readonly mailer: Mailer) {}

    @Mutation('close')
    @Audited('issue.closed', { resource: { type: 'issue', id: 'args.id', name: 'result.title' } })
    async close(@Args('id', ParseIntPipe) id: number): Promise<object> {
      if (id === 0) throw new ForbiddenException()
      if (id === 1) throw new Error('cannot be closed')
      await this.mailer.send()
      return { id, title: 'closed' }
    }

    @NotAudited()
    @Query('issue')
    issue(@Args('id') id: string): object {
      return { id }
    }

    @Mutation('guarded')
    @Audited('issue.guarded')
    @UseGuards({ canActivate: () => false })
    guarded(): void {}
  }
  return IssueResolver
}

const userOf = ({ client }: AuditedCall) => ({ type: 'user', id: (client as { userId: string }).userId })

function createGateway({ ws }: DoorPackages): Type {
  const { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WsException } = ws

  @WebSocketGateway({ path: '/ws' })
  @Audited({ actor: userOf })
  class IssueGateway {
    handleConnection(client: { userId?: string }, { url }: { url: string }): void {
      client.userId = new URL(url, 'ws://any').searchParams.get('user') ?? 'nobody'
    }

    @SubscribeMessage('move')
    @Audited('issue.moved', { resource: { type: 'issue', id: 'body.id' } })
    move(@ConnectedSocket() _client: unknown, @MessageBody('id') id: string): object {
      if (id === 'gone') throw new WsException('there is no such issue')
      return { event: 'moved', data: id }
    }

    @SubscribeMessage('follow')
    @Audited('issue.followed')
    follow(): Observable<object> {
      return concat(of({ event: 'followed' }), NEVER)
    }

    @SubscribeMessage('ping')
    @NotAudited()
    ping(): object {
      return { event: 'pong' }
    }
  }
  return IssueGateway
}

function createHandlers({ rpc: { EventPattern, MessagePattern, Payload, RpcException } }: DoorPackages): Type {
  @Controller()
  class IssueHandlers {
    @MessagePattern('count')
    @Audited('issue.counted', { details: ({ result }) => ({ count: result }) })
    count(@Payload() { deny }: { deny: boolean }): Observable<number> {
      if (deny) throw new RpcException({ status: 403, message: 'no' })
      return of(1, 2)
    }

    @EventPattern('archived')
    @Audited('issue.archived', { resource: { type: 'issue', id: 'body.id' }, workspace: () => 'acme' })
    async archived(): Promise<void> {}
  }
  return IssueHandlers
}
