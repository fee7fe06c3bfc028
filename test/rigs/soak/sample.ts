import type { EventEmitter } from 'node:events'
import { readdirSync } from 'node:fs'

/** What a process holds at one moment. */
export interface Sample {
  readonly atMs: number
  /** Bytes: of the whole process, and of what the collector could not free. */
  readonly rss: number
  readonly heap: number
  readonly descriptors: number
  readonly timers: number
  readonly sockets: number
  /** The most listeners that one event of one emitter has, and its name. */
  readonly listeners: number
  readonly mostHeard: string
}

/** Looks at this process. Run it with `--expose-gc`, or the heap holds what is only waiting to be freed. */
export function takeSample(): Sample {
  ;(globalThis as { gc?: () => void }).gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  const resources = process.getActiveResourcesInfo()
  const [listeners, mostHeard] = mostListeners([process, ...activeEmitters()])
  return {
    ...{ atMs: performance.now(), rss, heap: heapUsed + external, listeners, mostHeard },
    descriptors: readdirSync('/proc/self/fd').length,
    timers: resources.filter((name) => name === 'Timeout' || name === 'Immediate').length,
    sockets: resources.filter((name) => name === 'TCPSocketWrap').length,
  }
}

/** Sockets and servers that keep the process alive; Node has no documented way to reach them. */
function activeEmitters(): EventEmitter[] {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles(): object[] }
  return handles.call(process).filter((handle): handle is EventEmitter => 'listenerCount' in handle)
}

function mostListeners(emitters: readonly EventEmitter[]): [number, string] {
  let most: [number, string] = [0, '']
  for (const emitter of emitters) {
    for (const event of emitter.eventNames()) {
      const count = emitter.listenerCount(event)
      if (count > most[0]) most = [count, `${emitter.constructor.name} ${String(event)}`]
    }
  }
  return most
}
