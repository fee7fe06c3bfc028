import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { FromStore, Opening, StoreSettings, ToStore } from './messages'

/** The thread that the database runs in. */
export interface StoreThread {
  readonly how: Opening
  tell(message: ToStore): void
  /** Ends transactions, writes a checkpoint and ends the thread. */
  close(): Promise<void>
}

/** What is heard from the thread after its start. */
export interface StoreListener {
  data(id: number, bytes: Buffer): void
  end(id: number): void
  /** The thread has ended without being asked to. */
  died(reason: string): void
}

// From the sources as from the build: a thread cannot run TypeScript.
const SCRIPT = path.join(__dirname, '..', 'dist', 'worker.js')
const CLOSE_MS = 10_000

/** Resolves when the database answers. Rejects with an Error that says why it does not. */
export function startStoreThread(settings: StoreSettings, listener: StoreListener): Promise<StoreThread> {
  const worker = new Worker(SCRIPT, { workerData: settings })
  return new Promise((resolve, reject) => {
    let closing = false
    let reason = 'its thread ended'
    worker.on('error', (error) => (reason = error.message))
    worker.on('message', (message: FromStore) => {
      if (message.kind === 'ready') resolve({ how: message.how, tell, close })
      else if (message.kind === 'data') listener.data(message.id, Buffer.from(message.bytes.buffer))
      else if (message.kind === 'end') listener.end(message.id)
      else if (message.kind === 'failed') {
        reason = message.reason
        void worker.terminate()
      }
    })
    worker.once('exit', () => {
      reject(new Error(reason)) // without effect after `ready`
      if (!closing) listener.died(reason)
    })

    function tell(message: ToStore): void {
      worker.postMessage(message, message.kind === 'data' ? [message.bytes.buffer as ArrayBuffer] : [])
    }

    async function close(): Promise<void> {
      closing = true
      const gone = new Promise((done) => worker.once('exit', done))
      tell({ kind: 'shutdown' })
      const timer = setTimeout(() => void worker.terminate(), CLOSE_MS)
      await gone
      clearTimeout(timer)
    }
  })
}
