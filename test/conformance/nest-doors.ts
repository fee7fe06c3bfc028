import { AuditModule } from '@actrail/nestjs'
import { createTestTrail, type TestTrail } from '@actrail/testkit'
import type { DynamicModule, INestApplication, WebSocketAdapter } from '@nestjs/common'
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { firstValueFrom, lastValueFrom } from 'rxjs'
import type { CollectingRunner } from './matrix-collect'
import { createIssues, TYPE_DEFS } from './nest-door-issues'
import { type DoorPackages, loadDoorPackages, type Socket } from './nest-door-packages'

const PATIENCE_MS = 10_000

interface Doors {
  readonly host: INestApplication
  readonly trail: TestTrail
  readonly http: string
  readonly rpcPort: number
}

/** A hybrid application, whose message handlers have none of its global interceptors. */
async function serve(packages: DoorPackages): Promise<Doors> {
  const trail = createTestTrail()
  const { graphql, ApolloDriver, WsAdapter, rpc } = packages
  const graphs = graphql.GraphQLModule.forRoot({ driver: ApolloDriver, typeDefs: TYPE_DEFS, playground: false })
  const imports = [AuditModule.forRoot({ trail }), graphs as DynamicModule]
  const module = { module: class AppModule {}, imports, ...createIssues(packages) }
  const adapter = new ExpressAdapter() as unknown as AbstractHttpAdapter
  const host = await NestFactory.create(module, adapter, { logger: false, forceCloseConnections: true })
  host.useWebSocketAdapter(new WsAdapter(host) as WebSocketAdapter)
  host.use((req: { user?: object; headers: { 'x-user'?: string } }, _res: unknown, next: () => void) => {
    req.user = { id: req.headers['x-user'] }
    next()
  })
  const options = { transport: rpc.Transport.TCP, options: { host: '127.0.0.1', port: 0 } }
  const microservice = host.connectMicroservice(options) as unknown as { unwrap(): Server }
  await host.startAllMicroservices()
  await host.listen(0, '127.0.0.1')
  return {
    host,
    trail,
    http: `127.0.0.1:${portOf(host.getHttpServer() as Server)}`,
    rpcPort: portOf(microservice.unwrap()),
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** Declares what every audited door of Nest but HTTP routes leaves in the log. */
export async function declareDoors(runner: CollectingRunner): Promise<void> {
  const packages = await loadDoorPackages()
  let doors: Doors | undefined
  const open = (): Doors => doors ?? assert.fail('not served')
  runner.beforeAll(async () => void (doors = await serve(packages)))
  runner.afterAll(() => open().host.close())
  runner.describe('leaves, behind GraphQL,', () => declareGraphql(runner, open))
  runner.describe('leaves, behind a WebSocket,', () => declareWs(runner, { open, packages }))
  runner.describe('leaves, behind a microservice,', () => declareRpc(runner, { open, packages }))
}

async function ask({ http }: Doors, query: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', 'x-user': 'alice', 'x-request-id': 'r1' }
  const response = await fetch(`http://${http}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  assert.equal(response.status, 200)
  return response.json()
}

/** The events since the last call, once there are as many, are these. */
async function expectEvents({ trail }: Doors, events: readonly Fields[]): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (trail.events().length < events.length && Date.now() < deadline) await wait(5)
  const members = (event: Fields, at: number): Fields =>
    Object.fromEntries(Object.keys(events[at] ?? { action: '' }).map((name) => [name, event[name]]))
  const shown = (trail.events() as unknown as Fields[]).map(members)
  trail.clear()
  assert.deepEqual(shown, events)
}

type Fields = Readonly<Record<string, unknown>>

const request = { source: 'http', result: 'success', request_id: 'r1', actor_id: 'alice' }
const resolved = { source: 'graphql', request_id: 'r1', actor_id: 'alice', ip: '127.0.0.1' }

function declareGraphql(runner: CollectingRunner, open: () => Doors): void {
  runner.it('one event for each mutation, with the identity of their request, which has its own', async () => {
    await ask(open(), 'mutation { a: close(id: 7) { id } b: close(id: 8) { id } }')
    const closed = { ...resolved, action: 'issue.closed', resource_name: 'closed', result: 'success' }
    const sent = { action: 'mail.sent', actor_id: 'alice' }
    await expectEvents(open(), [sent, { ...closed, resource_id: '7' }, sent, { ...closed, resource_id: '8' }, request])
  })
  runner.it('denied and failed mutations as such, though HTTP says 200', async () => {
    for (const id of [0, 1]) await ask(open(), `mutation { close(id: ${id}) { id } }`)
    const closed = { ...resolved, action: 'issue.closed' }
    await expectEvents(open(), [
      { ...closed, resource_id: '0', result: 'denied' },
      request,
      { ...closed, resource_id: '1', result: 'failure' },
      request,
    ])
  })
  runner.it('a failure where a pipe refuses an argument', async () => {
    await ask(open(), 'mutation { close(id: "seven") { id } }')
    await expectEvents(open(), [{ ...resolved, resource_id: 'seven', result: 'failure' }, request])
  })
  runner.it('nothing of a query that is not audited', async () => {
    await ask(open(), '{ issue(id: 7) { id } }')
    await expectEvents(open(), [request])
  })
  runner.it('only the request of what a guard refuses', async () => {
    await ask(open(), 'mutation { guarded { id } }')
    await expectEvents(open(), [request])
  })
}

interface DoorUse {
  readonly open: () => Doors
  readonly packages: DoorPackages
}

function declareWs(runner: CollectingRunner, { open, packages: { WebSocket } }: DoorUse): void {
  const connect = async (): Promise<Socket> => {
    const socket = new WebSocket(`ws://${open().http}/ws?user=alice`)
    await once(socket, 'open')
    return socket
  }
  const send = (socket: Socket, event: string, data: object): void => socket.send(JSON.stringify({ event, data }))

  runner.it('an event of a message, with the user of its socket', async () => {
    const socket = await connect()
    send(socket, 'ping', {})
    await once(socket, 'message')
    send(socket, 'move', { id: '7' })
    await once(socket, 'message')
    send(socket, 'move', { id: 'gone' }) // of which Nest tells a client of this adapter nothing
    const moved = { source: 'ws', action: 'issue.moved', actor_id: 'alice' }
    await expectEvents(open(), [
      { ...moved, resource_id: '7', result: 'success' },
      { ...moved, resource_id: 'gone', result: 'failure' },
    ])
    socket.close()
  })
  runner.it('an aborted one where the client leaves what it follows', async () => {
    const socket = await connect()
    send(socket, 'follow', {})
    await once(socket, 'message')
    socket.close()
    await expectEvents(open(), [{ action: 'issue.followed', actor_id: 'alice', result: 'aborted' }])
  })
}

function declareRpc(runner: CollectingRunner, { open, packages: { rpc } }: DoorUse): void {
  const using = async (work: (client: ReturnType<typeof rpc.ClientProxyFactory.create>) => Promise<unknown>) => {
    const options = { host: '127.0.0.1', port: open().rpcPort }
    const client = rpc.ClientProxyFactory.create({ transport: rpc.Transport.TCP, options })
    await work(client).finally(() => client.close())
  }
  runner.it('an event of a message, with its first value, and a denied one where it is refused', async () => {
    await using(async (client) => {
      assert.equal(await lastValueFrom(client.send('count', { deny: false })), 2)
      await assert.rejects(firstValueFrom(client.send('count', { deny: true })))
    })
    await expectEvents(open(), [
      { source: 'rpc', action: 'issue.counted', details: { count: 1 }, result: 'success' },
      { source: 'rpc', action: 'issue.counted', result: 'denied' },
    ])
  })
  runner.it('an event of what was emitted', async () => {
    await using((client) => lastValueFrom(client.emit('archived', { id: 7 }), { defaultValue: undefined }))
    const archived = { source: 'rpc', action: 'issue.archived', resource_id: '7', workspace_id: 'acme' }
    await expectEvents(open(), [{ ...archived, result: 'success' }])
  })
}
