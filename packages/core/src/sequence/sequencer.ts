import type { Logger } from '../model/logger'
import type { SequenceLog, SequenceSession } from '../store/sequence-log'
import { type Alarm, createAlarm } from './alarm'
import { Lead } from './lead'
import { PACING, type Pacing } from './pacing'
import type { StepCounters } from './stepper'

/** What {@link createSequencer} works with. */
export interface SequencerOptions {
  readonly log: SequenceLog
  readonly logger: Logger
  readonly pacing?: Partial<Pacing>
}

/** State of this process's sequencer. */
export interface SequencerStatus extends Readonly<StepCounters> {
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
  /** Ends after the step that runs, which is cut when it takes longer than half a second, and gives up the lead; may be called twice. */
  stop(): Promise<void>
}

const STANDBY_MS = 1_500
const RECONNECT_MAX_MS = 3_000
const STOP_MS = 500

/**
 * Every process has a sequencer; the one that holds the database's lock leads, the others try every 1.5 s, so that a
 * dead leader is followed within five seconds. It never rejects: trouble is logged, counted and tried again.
 */
export function createSequencer(options: SequencerOptions): Sequencer {
  return new ElectedSequencer(options)
}

/**
 *     stopped ──start──▶ connecting ──connected──▶ standby ◀──lock refused── (every 1.5 s)
 *                            ▲                        │ lock taken
 *                            └───connection lost──────┴──▶ leading
 */
class ElectedSequencer implements Sequencer {
  private readonly alarm: Alarm = createAlarm()
  private readonly counters: StepCounters = { steps: 0, sequenced: 0, duplicates: 0, quarantined: 0, failures: 0 }
  private readonly lead: Lead
  private state: SequencerStatus['state'] = 'stopped'
  private problem: string | undefined
  private isStopped = false
  private running: Promise<void> | undefined
  private session: SequenceSession | undefined

  constructor(private readonly options: SequencerOptions) {
    this.lead = new Lead({
      alarm: this.alarm,
      counters: this.counters,
      logger: options.logger,
      pacing: { ...PACING, ...options.pacing },
      isStopped: () => this.isStopped,
    })
  }

  start(): void {
    this.running ??= this.run()
  }

  wake(events: number, urgent = false): void {
    if (this.state === 'leading') this.lead.wake(events, urgent)
  }

  isLeader(): boolean {
    return this.state === 'leading'
  }

  status(): SequencerStatus {
    return { state: this.state, problem: this.problem, ...this.counters }
  }

  async stop(): Promise<void> {
    this.isStopped = true
    this.alarm.ring()
    if (this.running && !(await endsWithin(this.running, STOP_MS))) await this.session?.close()
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.isStopped; failures++) {
      this.state = 'connecting'
      try {
        this.session = await this.options.log.connect()
        failures = 0
        this.session.onLost(() => this.alarm.ring())
        await this.serve(this.session)
      } catch (error) {
        this.failed(error)
      } finally {
        this.state = 'connecting'
        await this.session?.close()
        this.session = undefined
      }
      if (!this.isStopped) await this.alarm.sleep(reconnectAfterMs(failures))
    }
    this.state = 'stopped'
  }

  private async serve(session: SequenceSession): Promise<void> {
    while (!this.isStopped) {
      const leads = await session.tryLead()
      this.problem = undefined
      this.state = leads ? 'leading' : 'standby'
      if (leads) await this.lead.run(session)
      else await this.alarm.sleep(STANDBY_MS * (0.8 + 0.4 * Math.random()))
    }
  }

  private failed(error: unknown): void {
    this.counters.failures++
    this.problem = error instanceof Error ? error.message : String(error)
    if (!this.isStopped)
      this.options.logger.warn({ err: error }, 'the sequencer lost its connection and connects again')
  }
}

function reconnectAfterMs(failures: number): number {
  return Math.min(RECONNECT_MAX_MS, 100 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random())
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
