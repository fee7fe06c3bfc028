import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createRandom } from '../runner/random'
import { type FaultProxy, startProxy } from './proxy'

let server: Server
let proxy: FaultProxy
let accepted: Socket[]

/** A server that gives everything back. */
beforeEach(async () => {
  accepted = []
  server = createServer((socket) => {
    accepted.push(socket)
    socket.on('error', () => undefined)
    socket.pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  proxy = await startProxy(`postgres://x@127.0.0.1:${port}/x`, createRandom(3))
})

afterEach(async () => {
  await proxy.close()
  for (const socket of accepted) socket.destroy()
  server.close()
})

async function client(): Promise<Socket> {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1').on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** `once` of node:events would reject with the reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

async function echoOf(socket: Socket, text: string): Promise<string> {
  let heard = ''
  const whole = new Promise<void>((resolve) => {
    socket.on('data', (part: Buffer) => {
      heard += part.toString('latin1')
      if (heard.length >= text.length) resolve()
    })
  })
  socket.write(text)
  await whole
  return heard
}

it.each(['latency', 'slices'] as const)('gives everything on in order: %s', async (fault) => {
  await proxy.begin(fault)
  const text = Array.from({ length: 500 }, (_, i) => String(i)).join(' ')
  const socket = await client()
  expect(await echoOf(socket, text)).toBe(text)
  socket.destroy()
})

it('resets a connection in the middle of a write, and no other', async () => {
  await proxy.begin('reset')
  const reader = await client()
  expect(await echoOf(reader, 'select 1')).toBe('select 1')
  // Which moment it is depends on the seed; some packet is hit.
  for (let attempt = 0; attempt < 50 && proxy.resets() === 0; attempt++) {
    const writer = await client()
    writer.write('insert … "leaf_hash" … INSERT 0 1')
    await Promise.race([closed(writer), new Promise((resolve) => writer.once('data', resolve))])
    writer.destroy()
  }
  expect(proxy.resets()).toBe(1)
  reader.destroy()
})

it('refuses while told so, at the same port afterwards', async () => {
  const before = await client()
  const gone = closed(before)
  await proxy.begin('refused')
  await gone
  await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await proxy.end()
  const after = await client()
  expect(await echoOf(after, 'again')).toBe('again')
  after.destroy()
})

it('takes the server away from an open connection without a word', async () => {
  const socket = await client()
  expect(await echoOf(socket, 'one')).toBe('one')
  const gone = closed(accepted[0] as Socket)
  await proxy.begin('half-open')
  await gone
  socket.write('two')
  expect(socket.destroyed).toBe(false)
  const fresh = await client()
  expect(await echoOf(fresh, 'three')).toBe('three')
  socket.destroy()
  fresh.destroy()
})
