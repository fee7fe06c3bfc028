import { createTexts } from '../../../bench/ingest/events'
import { logger } from '../../../bench/ingest/filled-journal'
import { createSequencer } from '../../../packages/core/src/sequence/sequencer'
import type { SequenceLog } from '../../../packages/core/src/store/sequence-log'
import { openStore } from '../../../packages/core/src/store/store'
import { childSettings, serveParent } from '../runner/parent'
import type { TimedStep } from './oracle'

/** What the sequencing process is started with. */
export interface SequencingSettings {
  readonly database: string
  /** Events per second that are put into the inbox. */
  readonly rate: number
}

/** As a sender does: what came in this time goes as one batch. */
const BATCH_MS = 100

const { database, rate } = childSettings<SequencingSettings>()
let steps: TimedStep[] = []
let appended = 0
let isStopped = false

/** Notes how long each step took. */
function timed(log: SequenceLog): SequenceLog {
  return {
    async connect() {
      const session = await log.connect()
      return {
        ...session,
        async step(limits) {
          const began = performance.now()
          const step = await session.step(limits)
          steps.push({ at: Date.now(), tookMs: performance.now() - began, events: step.events })
          return step
        },
      }
    },
  }
}

async function main(): Promise<void> {
  const store = await openStore({ database })
  const sequencer = createSequencer({ log: timed(store.sequence), logger })
  sequencer.start()
  const nextText = createTexts()

  async function feed(): Promise<void> {
    const began = performance.now()
    for (let batch = 1; !isStopped; batch++) {
      const events = Math.max(1, Math.round((rate * BATCH_MS) / 1_000))
      const texts = Array.from({ length: events }, nextText)
      await store.append(Buffer.from(`[${texts.join(',')}]`), events)
      appended += events
      sequencer.wake(events)
      const wait = began + batch * BATCH_MS - performance.now()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }

  const feeding = feed()
  serveParent({
    takeSteps() {
      const taken = steps
      steps = []
      return taken
    },
    appended: () => appended,
    async stop() {
      isStopped = true
      await feeding
      await store.drained()
      await sequencer.stop()
      await store.stop()
      return appended
    },
  })
}

void main()
