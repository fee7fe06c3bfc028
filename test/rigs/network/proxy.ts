import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import type { Random } from '../runner/random'
import { type Fault, isWrite, isWritten, MOMENTS } from './faults'

/** A TCP proxy before Postgres, with the faults of a network. */
export interface FaultProxy {
  /** The database by way of the proxy. */
  readonly url: string
  /** From now on this is wrong, with connections that are open and with new ones. */
  begin(fault: Fault): Promise<void>
  /** Nothing is wrong any more; what was broken stays so. */
  end(): Promise<void>
  /** How often a connection was reset in the middle of a write. */
  resets(): number
  close(): Promise<void>
}

/** One connection: the application's side and that of Postgres. */
interface Line {
  readonly near: Socket
  readonly far: Socket
  /** Nothing passes any more, and nobody is told. */
  isDead: boolean
}

interface State {
  readonly random: Random
  readonly lines: Set<Line>
  fault: Fault | undefined
  /** Resolves when the fault is over. */
  over: Promise<void>
  endIt: () => void
  resets: number
}

const LONGEST_DELAY_MS = 300
/** More of a packet than this at either end is not cut into bytes: it is the borders of messages that matter. */
const SLICED_BYTES = 256

/** Listens on a free port and passes everything on to the server of `url`. */
export async function startProxy(url: string, random: Random): Promise<FaultProxy> {
  const { hostname: host, port: farPort } = new URL(url)
  const none = { fault: undefined, over: Promise.resolve(), endIt: () => undefined }
  const state: State = { random, lines: new Set(), resets: 0, ...none }
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host, port: Number(farPort), noDelay: true })
    addLine(state, { near, far, isDead: false })
  })
  const port = await listen(server, 0)
  const near = Object.assign(new URL(url), { port: String(port) })
  return {
    url: near.href,
    async begin(fault) {
      state.fault = fault
      state.over = new Promise((resolve) => (state.endIt = resolve))
      if (fault === 'half-open') for (const line of state.lines) breakHalf(line)
      if (fault !== 'refused') return
      server.close()
      for (const line of state.lines) cut(line)
    },
    async end() {
      if (state.fault === 'black-hole') for (const line of state.lines) if (random.between(0, 1) === 0) breakHalf(line)
      if (state.fault === 'refused') await listen(server, port)
      state.fault = undefined
      state.endIt()
    },
    resets: () => state.resets,
    async close() {
      state.endIt()
      for (const line of state.lines) cut(line)
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function addLine(state: State, line: Line): void {
  const { near, far } = line
  state.lines.add(line)
  for (const socket of [near, far]) socket.on('error', () => undefined)
  near.on('close', () => {
    state.lines.delete(line)
    far.destroy()
  })
  far.on('close', () => line.isDead || near.destroy())
  pump(state, line, { from: near, to: far, isAnswer: false })
  pump(state, line, { from: far, to: near, isAnswer: true })
}

interface Direction {
  readonly from: Socket
  readonly to: Socket
  readonly isAnswer: boolean
}

/** One packet after the other, so that their order stays. */
function pump(state: State, line: Line, direction: Direction): void {
  const { from, to } = direction
  from.on('data', (packet: Buffer) => {
    from.pause()
    void pass(state, line, { ...direction, packet }).finally(() => from.resume())
  })
  from.on('end', () => line.isDead || to.end())
}

async function pass(state: State, line: Line, move: Direction & { packet: Buffer }): Promise<void> {
  const { to, packet } = move
  if (state.fault === 'black-hole') await state.over
  if (line.isDead) return
  if (state.fault === 'latency') await delay(state.random.between(1, LONGEST_DELAY_MS))
  if (state.fault === 'reset' && resets(state, line, move)) return
  if (state.fault === 'slices') return slice(to, packet)
  to.write(packet)
}

/** @returns whether the connection is broken now. */
function resets(state: State, line: Line, { packet, isAnswer, to }: Direction & { packet: Buffer }): boolean {
  if (!(isAnswer ? isWritten(packet) : isWrite(packet))) return false
  const moment = state.random.pick(MOMENTS)
  if ((moment === 'answering') !== isAnswer) return false
  state.resets++
  if (moment === 'sending') to.write(packet.subarray(0, -1), () => cut(line))
  if (moment === 'executing') to.write(packet, () => cut(line))
  if (moment === 'answering') cut(line)
  return true
}

async function slice(to: Socket, packet: Buffer): Promise<void> {
  const isShort = packet.length <= 2 * SLICED_BYTES
  const head = isShort ? packet : packet.subarray(0, SLICED_BYTES)
  const tail = isShort ? packet.subarray(packet.length) : packet.subarray(packet.length - SLICED_BYTES)
  for (const byte of head) await sliceOff(to, byte)
  if (!isShort) to.write(packet.subarray(SLICED_BYTES, packet.length - SLICED_BYTES))
  for (const byte of tail) await sliceOff(to, byte)
}

async function sliceOff(to: Socket, byte: number): Promise<void> {
  to.write(Buffer.from([byte]))
  await turn()
}

/** Postgres loses the client; the client hears nothing. */
function breakHalf(line: Line): void {
  line.isDead = true
  line.far.destroy()
}

/** Both sides get a reset. */
function cut({ near, far }: Line): void {
  near.resetAndDestroy()
  far.resetAndDestroy()
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
