import cluster, { type Worker } from 'node:cluster'
import type { AppSettings } from '../app/settings'
import { serveItems } from '../app/serve'
import { childSettings, serveParent } from '../runner/parent'
import { shiftClock } from './clock'

/** What the cluster is started with. */
export interface ClusterSettings extends AppSettings {
  /** One worker for each: how far its clock is ahead, in ms. */
  readonly clocksMs: readonly number[]
}

/** What the cluster tells of a worker. */
export interface WorkerFacts {
  /** The name of its journal's folder. */
  readonly producer: string
  readonly port: number
}

const AHEAD = 'RIG_CLOCK_AHEAD_MS'
const { clocksMs, ...app } = childSettings<ClusterSettings>()

interface Slot {
  worker: Worker
  facts: Promise<WorkerFacts>
}

/** Forks the workers, kills one when told and all of them serve, and puts another in its place. */
async function lead(): Promise<void> {
  const slots = clocksMs.map((aheadMs) => fork(aheadMs))
  const [first] = await Promise.all(slots.map((slot) => slot.facts))
  serveParent(
    {
      /** @returns the journal of the killed worker, and whether it is orphaned now */
      async kill({ index, revive }: { index: number; revive: boolean }): Promise<WorkerFacts> {
        // Without a worker that listens, the next one would listen elsewhere.
        await Promise.all(slots.map((slot) => slot.facts))
        const slot = slots[index] as Slot
        const facts = await slot.facts
        const gone = new Promise((resolve) => slot.worker.once('exit', resolve))
        slot.worker.process.kill('SIGKILL')
        await gone
        if (revive) slots[index] = fork(clocksMs[index] as number)
        return facts
      },
      /** Resolves when every worker serves. */
      ready: () => Promise.all(slots.filter(({ worker }) => !worker.isDead()).map((slot) => slot.facts)),
      flush: () =>
        Promise.all(slots.filter(({ worker }) => !worker.isDead()).map(({ worker }) => request(worker, 'flush'))),
    },
    first?.port,
  )
}

function fork(aheadMs: number): Slot {
  const worker = cluster.fork({ [AHEAD]: String(aheadMs) })
  const facts = new Promise<WorkerFacts>((resolve) => worker.once('message', resolve))
  return { worker, facts }
}

/** A worker answers each question by one message. */
function request(worker: Worker, question: 'flush'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('exit', () => reject(new Error('the worker is gone')))
    worker.send(question)
  })
}

async function work(): Promise<void> {
  shiftClock(Number(process.env[AHEAD]))
  const { port, trail } = await serveItems(app)
  process.on('message', () => void trail.flush().then(() => process.send?.('flushed')))
  const { producer = '' } = (await trail.status()).journal
  process.send?.({ producer, port } satisfies WorkerFacts)
}

void (cluster.isPrimary ? lead() : work())
