import type { EventEmitter } from 'node:events'
import type { Observable } from 'rxjs'

type Decorate = (
  ...said: unknown[]
) => (target: object, key?: string | symbol, at?: number | PropertyDescriptor) => void

type Decorators<Name extends string> = Readonly<Record<Name, Decorate>>
type ErrorOf<Said> = new (said: Said) => Error

/** A client of the package ws. */
export interface Socket extends EventEmitter {
  send(text: string): void
  close(): void
}

interface ClientProxy {
  send(pattern: string, data: object): Observable<unknown>
  emit(pattern: string, data: object): Observable<unknown>
  close(): void
}

/** What is used of the packages for Nest's other ways in. The root has not installed them, nor have hosts without them. */
export interface DoorPackages {
  readonly graphql: Decorators<'Args' | 'Mutation' | 'Query' | 'Resolver'> & {
    readonly GraphQLModule: { forRoot(options: object): object }
  }
  readonly ApolloDriver: unknown
  readonly ws: Decorators<'ConnectedSocket' | 'MessageBody' | 'SubscribeMessage' | 'WebSocketGateway'> & {
    readonly WsException: ErrorOf<string>
  }
  readonly WsAdapter: new (host: object) => object
  readonly WebSocket: new (url: string) => Socket
  readonly rpc: Decorators<'EventPattern' | 'MessagePattern' | 'Payload'> & {
    readonly RpcException: ErrorOf<object>
    readonly Transport: { readonly TCP: number }
    readonly ClientProxyFactory: { create(options: object): ClientProxy }
  }
}

/** Loads them from the stand, by name. */
export async function loadDoorPackages(): Promise<DoorPackages> {
  const load = async <T>(name: string): Promise<T> => (await import(name)) as T
  const { ApolloDriver } = await load<Pick<DoorPackages, 'ApolloDriver'>>('@nestjs/apollo')
  const { WsAdapter } = await load<Pick<DoorPackages, 'WsAdapter'>>('@nestjs/platform-ws')
  const { default: WebSocket } = await load<{ default: DoorPackages['WebSocket'] }>('ws')
  return {
    graphql: await load('@nestjs/graphql'),
    ApolloDriver,
    ws: await load('@nestjs/websockets'),
    WsAdapter,
    WebSocket,
    rpc: await load('@nestjs/microservices'),
  }
}
