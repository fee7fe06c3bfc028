import { randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { stat } from 'node:fs'
import { Readable } from 'node:stream'
import type { Pool } from 'pg'
import type { Hop } from './plan'

/** Runs one hop, and `inside` at its far end, in whatever async scope that is. */
export type HopRunner = (hop: Hop, inside: () => void) => Promise<void>

type Callback = () => void

/**
 * The hops over shared things: one pool of connections, one emitter that everybody listens to. Their callbacks run in
 * the scope of another request as often as not, which is why code there uses the explicit form.
 */
export function createHops(pool: Pool): HopRunner {
  const bell = new EventEmitter()
  bell.setMaxListeners(0)
  const runs: Readonly<Record<Hop, (done: Callback) => void>> = {
    promise: (done) => void Promise.resolve().then(done),
    thenable: (done) => void Promise.resolve(thenable()).then(done),
    microtask: (done) => queueMicrotask(done),
    tick: (done) => process.nextTick(done),
    immediate: (done) => void setImmediate(done),
    timer: (done) => void setTimeout(done, 2),
    file: (done) => stat(__filename, () => done()),
    bytes: (done) => randomBytes(8, () => done()),
    stream: (done) => void drain(Readable.from(['a', 'b', 'c'])).then(done),
    pool: (done) => pool.query('select 1', () => done()),
    emitter(done) {
      bell.once('ring', done)
      // Whoever comes here next wakes all who wait, in its own scope.
      if (bell.listenerCount('ring') > 1) bell.emit('ring')
      else setTimeout(() => bell.emit('ring'), 3)
    },
  }
  return async (hop, inside) => {
    const failed = await new Promise<{ error: unknown } | undefined>((resolve) => {
      runs[hop](() => {
        try {
          inside() // here, in the callback: behind the await the scope is our own again
          resolve(undefined)
        } catch (error) {
          resolve({ error })
        }
      })
    })
    if (failed) throw failed.error
  }
}

/** What old promise libraries return: a `then` of its own, which calls back from a timer. */
function thenable(): PromiseLike<void> {
  return {
    then(onDone) {
      setImmediate(() => void onDone?.())
      return Promise.resolve() as never
    },
  }
}

async function drain(stream: Readable): Promise<void> {
  for await (const piece of stream) await Promise.resolve(piece)
}
