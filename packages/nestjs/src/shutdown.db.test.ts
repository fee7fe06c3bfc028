import { Controller, Inject, Module, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { TypeOrmModule } from '@nestjs/typeorm'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataSource } from 'typeorm'
import { createDatabase, type TestDatabase } from '../../../test/db/databases'
import { AuditModule } from './audit-module'
import { AuditTrail } from './audit-trail'

let database: TestDatabase
const directory = mkdtempSync(join(tmpdir(), 'actrail-nest-'))

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(async () => {
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

const signals: { entered?: () => void; leave?: Promise<unknown> } = {}

@Controller('orders')
class OrdersController {
  constructor(
    @Inject(DataSource) private readonly source: DataSource,
    @Inject(AuditTrail) private readonly trail: AuditTrail,
  ) {}

  @Post()
  async create(): Promise<void> {
    await this.source.transaction((manager) => this.trail.record({ action: 'order.noted' }, { manager }))
    signals.entered?.()
    await signals.leave
  }
}

function createHost() {
  @Module({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url: database.url }),
      AuditModule.forRootAsync({
        inject: [DataSource],
        useFactory: (source: DataSource) => ({ database: source, directory, workspace: () => 'acme' }),
      }),
    ],
    controllers: [OrdersController],
  })
  class AppModule {}
  return NestFactory.create(AppModule, { logger: false })
}

it("stores in the host's database what was recorded until the last request had ended, and lets the process go", async () => {
  const host = await createHost()
  await host.listen(0, '127.0.0.1')
  const { port } = (host.getHttpServer() as Server).address() as AddressInfo
  const post = () => request({ host: '127.0.0.1', port, path: '/orders', method: 'POST', agent: false }).end()
  await once(post(), 'response')

  // A request that is still at work when the shutdown begins.
  const entered = new Promise<void>((resolve) => (signals.entered = resolve))
  let leave = (): void => undefined
  signals.leave = new Promise<void>((resolve) => (leave = resolve))
  const answered = once(post(), 'response')
  await entered
  const closed = host.close()
  setImmediate(leave)
  await answered
  await closed

  const source = await new DataSource({ type: 'postgres', url: database.url }).initialize()
  const rows = await source.query<{ action: string }[]>('select action from actrail.event order by action')
  await source.destroy()
  expect(rows.map(({ action }) => action)).toEqual(['order.create', 'order.create', 'order.noted', 'order.noted'])
})
