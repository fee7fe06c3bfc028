import type { Logger } from '../model/logger'
import type { SequenceLog, SequenceSession } from '../store/sequence-log'
import { createAlarm } from './alarm'
import { leadWith, type LeadCounters } from './lead'
import { PACING, type Pacing } from './pacing'

/** What {@link createSequencer} works with. */
export interface SequencerOptions {
  readonly log: SequenceLog
  readonly logger: Logger
  readonly pacing?: Partial<Pacing>
}

/** State of this process's sequencer. */
export interface SequencerStatus extends Readonly<LeadCounters> {
  /** `connecting`: no connection; `standby`: another process leads; `leading`: this one does. */
  readonly state: 'stopped' | 'connecting' | 'standby' | 'leading'
  /** What the last failure said; undefined while all is well. */
  readonly problem: string | undefined
}

/** Moves events from the inbox into the log, in one elected process of all that run. */
export interface Sequencer {
  /** Connects and stands for election; returns at once. */
  start(): void
  /** Tells that this process has appended `events`: an idle sequencer looks at once. `urgent`: also one that paces itself. */
  wake(events: number, urgent?: boolean): void
  isLeader(): boolean
  status(): SequencerStatus
  /** Ends after the step that runs and gives up the lead; may be called twice. */
  stop(): Promise<void>
}

const STANDBY_MS = 1_500
const RECONNECT_MAX_MS = 3_000
const STOP_MS = 3_000

/**
 * Every process has a sequencer; the one that holds the database's lock leads, the others try every 1.5 s, so that a
 * dead leader is followed within five seconds. It never rejects: trouble is logged, counted and tried again.
 */
export function createSequencer({ log, logger, pacing }: SequencerOptions): Sequencer {
  const alarm = createAlarm()
  const counters: LeadCounters = { steps: 0, sequenced: 0, duplicates: 0, quarantined: 0, failures: 0 }
  const lead = leadWith({ alarm, counters, logger, pacing: { ...PACING, ...pacing }, isStopped: () => stopped })
  let stopped = false
  let state: SequencerStatus['state'] = 'stopped'
  let problem: string | undefined
  let running: Promise<void> | undefined
  let session: SequenceSession | undefined

  async function serve(session: SequenceSession): Promise<void> {
    while (!stopped) {
      if (await session.tryLead()) {
        state = 'leading'
        problem = undefined
        await lead.run(session)
      } else {
        state = 'standby'
        problem = undefined
        await alarm.sleep(STANDBY_MS * (0.8 + 0.4 * Math.random()))
      }
    }
  }

  async function run(): Promise<void> {
    for (let failures = 0; !stopped; failures++) {
      state = 'connecting'
      try {
        session = await log.connect()
        failures = 0
        session.onLost(() => alarm.ring())
        await serve(session)
      } catch (error) {
        counters.failures++
        problem = error instanceof Error ? error.message : String(error)
        logger.warn({ err: error }, 'the sequencer lost its connection and connects again')
      } finally {
        state = 'connecting'
        await session?.close()
        session = undefined
      }
      if (!stopped) await alarm.sleep(Math.min(RECONNECT_MAX_MS, 100 * 2 ** failures) * (0.5 + Math.random()))
    }
    state = 'stopped'
  }

  return {
    start: () => void (running ??= run()),
    wake: (events, urgent = false) => {
      if (state === 'leading') lead.wake(events, urgent)
    },
    isLeader: () => state === 'leading',
    status: () => ({ state, problem, ...counters }),
    stop: async () => {
      stopped = true
      alarm.ring()
      if (running && !(await endsWithin(running, STOP_MS))) await session?.close()
    },
  }
}

// A step that hangs in a dead network must not keep the host from ending.
function endsWithin(work: Promise<void>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    void work.finally(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
