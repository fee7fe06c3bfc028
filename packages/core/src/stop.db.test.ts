import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type TestDatabase } from '../../../test/db/databases'
import { type FaultProxy, startProxy } from '../../../test/rigs/network/proxy'
import { createRandom } from '../../../test/rigs/runner/random'
import { type AuditTrail, createAuditTrail } from './audit-trail'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
let folder: string
let database: TestDatabase
let proxy: FaultProxy

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'actrail-stop-'))
  database = await createDatabase()
  proxy = await startProxy(database.url, createRandom(1))
})
afterEach(async () => {
  await proxy.close()
  await database.drop()
  rmSync(folder, { recursive: true })
})

const trailTo = (url: string): AuditTrail => createAuditTrail({ database: url, directory: folder, logger: silent })

it('stops within five seconds when the database has gone silent, and sends the rest in its next life', async () => {
  const trail = trailTo(proxy.url)
  await trail.start()
  await proxy.begin('black-hole')
  await trail.record({ action: 'thing.made' })
  const began = performance.now()
  await trail.stop()
  expect(performance.now() - began).toBeLessThan(5_000)
  await proxy.close()
  const next = trailTo(database.url)
  await next.start()
  while ((await next.status()).events.sequenced !== 1) await new Promise((resolve) => setTimeout(resolve, 20))
  await next.stop()
})

it('stops within five seconds while it is still connecting', async () => {
  await proxy.begin('black-hole')
  const trail = trailTo(proxy.url)
  const starting = trail.start().catch((error: unknown) => error)
  const began = performance.now()
  await trail.stop()
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(await starting).toMatchObject({ code: 'ERR_STORE_UNREACHABLE' })
})

it('cuts an opening that a server lets in and then never answers', async () => {
  const welcome = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1')
  const server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.write(welcome)))
  server.listen(0, '127.0.0.1')
  const letIn = once(server, 'connection') as Promise<[Socket]>
  await once(server, 'listening')
  const trail = trailTo(`postgres://someone@127.0.0.1:${(server.address() as AddressInfo).port}/log`)
  const starting = trail.start().catch((error: unknown) => error)
  const [socket] = await letIn
  const left = once(socket, 'close')
  await Promise.all(Array.from({ length: 1_000 }, () => trail.record({ action: 'thing.made' })))
  const began = performance.now()
  await trail.stop()
  expect(await starting).toMatchObject({ code: 'ERR_STORE_UNREACHABLE' })
  await left
  expect(performance.now() - began).toBeLessThan(5_000)
  server.close()
}, 60_000)
