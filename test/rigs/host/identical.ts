import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createRandom } from '../runner/random'
import { type Generated, generate } from './programs'
import type { HostOptions } from './host-options'
import { serveHost } from './served'

/** What two responses differ in, as bytes on the wire. */
export interface Difference {
  readonly number: number
  readonly handler: Generated
  readonly bare: string
  readonly audited: string
}

/** What is compared, and with what the middleware is made. */
export interface Comparison {
  readonly framework: string
  readonly handlers: number
  readonly seed: number
  readonly options: HostOptions
}

const AT_ONCE = 4
const ATTEMPTS = 3

/**
 * Asks generated handlers by raw sockets, with the middleware and without it, and compares every byte that comes back:
 * status, headers and their order and spelling, chunks, trailers, and the end.
 */
export async function findDifferences({ framework, handlers, seed, options }: Comparison): Promise<Difference[]> {
  const random = createRandom(seed)
  const all = Array.from({ length: handlers }, () => generate(random))
  const programs = all.map(({ program }) => program)
  const bare = await serveHost(framework, programs)
  const audited = await serveHost(framework, programs, options)
  const ports: number[] = []
  for (const { server } of [bare, audited]) {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    ports.push((server.address() as AddressInfo).port)
  }
  const differences: Difference[] = []
  let next = 0
  const client = async (): Promise<void> => {
    for (let number = next++; number < handlers; number = next++) {
      const found = await compare(ports, all[number] as Generated, number)
      if (found !== undefined) differences.push(found)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client))
  for (const { server } of [bare, audited]) server.close().closeAllConnections()
  await audited.trail?.flush()
  await audited.trail?.stop()
  return differences
}

/** How much of a destroyed response got out is a matter of luck: what differs is asked again. */
async function compare(ports: readonly number[], handler: Generated, number: number): Promise<Difference | undefined> {
  let found: Difference | undefined
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const [bare = '', audited = ''] = await Promise.all(ports.map((port) => bytesOf(port, handler, number)))
    if (bare === audited) return undefined
    found = { number, handler, bare, audited }
  }
  return found
}

/** Node itself answers some of them never, such as trailers in HTTP/1.0. */
const HANGS_MS = 10_000

function bytesOf(port: number, { method, version }: Generated, number: number): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const done = (): void => resolve(comparable(Buffer.concat(chunks).toString('latin1')))
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${method} /programs/${number} HTTP/${version}\r\nHost: x\r\nConnection: close\r\n\r\n`)
    })
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', done).on('close', done) // prettier-ignore
    socket.setTimeout(HANGS_MS, () => {
      chunks.push(Buffer.from('[hangs]'))
      socket.destroy()
    })
  })
}

/** The same bytes, whatever the time was. Pure. */
export const comparable = (bytes: string): string => bytes.replace(/^Date: .*\r$/gm, 'Date: now\r')
