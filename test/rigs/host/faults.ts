import fs from 'node:fs'
import { createServer, type Socket } from 'node:net'
import type { HostOptions } from './host-options'

/** How a dependency misbehaves. */
export type Misbehaviour = 'throws' | 'rejects' | 'hangs' | 'answers nonsense'

type Anything = (...args: never[]) => never

const misbehaving: Readonly<Record<Misbehaviour, Anything>> = {
  throws: () => {
    throw new Error('the host threw')
  },
  rejects: () => Promise.reject(new Error('the host rejected')) as never,
  hangs: () => new Promise(() => undefined) as never,
  'answers nonsense': () => Object.create(null, { id: { get: misbehavingGetter, enumerable: true } }) as never,
}

function misbehavingGetter(): never {
  throw new Error('the host threw when it was read')
}

const CALLBACKS = ['actor', 'workspace', 'when', 'authorize', 'resource', 'logger'] as const
const LINES = {
  'refuses connections': undefined,
  'accepts and never answers': () => undefined,
  'resets every connection': (socket: Socket) => socket.resetAndDestroy(),
  'answers nonsense': (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'closes half way': (socket: Socket) => socket.once('data', () => socket.end('R')),
} as const
const DISKS = ['EIO', 'ENOSPC', 'EMFILE', 'hangs'] as const

/** Every fault by name: which dependency does what. */
export const FAULTS: readonly string[] = [
  'none',
  ...CALLBACKS.flatMap((name) => Object.keys(misbehaving).map((how) => `${name} ${how}`)),
  ...Object.keys(LINES).map((how) => `database ${how}`),
  'database kills every connection',
  ...DISKS.map((how) => `disk ${how}`),
]

/** What is told of the options by a fault; everything else is as it should be. */
export async function optionsUnder(fault: string, sound: HostOptions, database: string): Promise<HostOptions> {
  const [who = '', ...words] = fault.split(' ')
  const how = words.join(' ')
  const isCallback = (CALLBACKS as readonly string[]).includes(who)
  const wrong = isCallback ? (misbehaving as Partial<Record<string, Anything>>)[how] : undefined
  const options: Record<string, unknown> = { ...sound.audit, database }
  if (who === 'logger' && wrong !== undefined)
    options['logger'] = { debug: wrong, info: wrong, warn: wrong, error: wrong }
  else if (who === 'database' && how in LINES) options['database'] = await brokenLine(LINES[how as keyof typeof LINES])
  else if (who !== 'resource' && wrong !== undefined) options[who] = wrong
  const declared = who === 'resource' && wrong !== undefined ? { resource: wrong } : sound.declared
  return { audit: options, declared }
}

/** The URL of a server that does this to every connection; of a port where nobody listens, without it. */
function brokenLine(does: ((socket: Socket) => unknown) | undefined): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      does?.(socket)
    })
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const url = `postgres://nobody@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/none`
      if (does === undefined) server.close(() => resolve(url))
      else resolve(url)
    })
  })
}

const SYNC = ['writeSync', 'openSync', 'ftruncateSync', 'mkdirSync', 'closeSync', 'lstatSync'] as const
const CALLBACK = ['fdatasync', 'fsync', 'open', 'read'] as const
const PROMISED = ['open', 'readFile', 'readdir', 'rename', 'unlink', 'rm', 'stat', 'statfs', 'mkdir'] as const

/** From now on the file system fails in this process, or never answers where it is asked without waiting. */
export function breakDisk(fault: string): void {
  const how = fault.slice('disk '.length)
  if (!fault.startsWith('disk ')) return
  const error = (): Error => Object.assign(new Error(`${how}: broken on purpose`), { code: how })
  const patched = fs as unknown as Record<string, unknown>
  const promised = fs.promises as unknown as Record<string, unknown>
  for (const name of CALLBACK) {
    patched[name] = (...args: unknown[]): void => {
      const done = args.at(-1) as (error: Error) => void
      if (how !== 'hangs') setImmediate(() => done(error()))
    }
  }
  for (const name of PROMISED)
    promised[name] = () => (how === 'hangs' ? new Promise(() => undefined) : Promise.reject(error()))
  if (how === 'hangs') return
  for (const name of SYNC) {
    patched[name] = () => {
      throw error()
    }
  }
}
