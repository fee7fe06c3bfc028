import type { Logger } from '../model/logger'
import { losesConnection } from '../store/data-errors'
import type { SequenceSession } from '../store/sequence-log'
import type { Alarm } from './alarm'
import { type Pacing, waitAfterStep, waitWhileIdle } from './pacing'
import { createStepper, type StepCounters, type Stepper } from './stepper'

interface LeadOptions {
  readonly alarm: Alarm
  readonly counters: StepCounters
  readonly logger: Logger
  readonly pacing: Pacing
  readonly isStopped: () => boolean
}

/** The leader's work: looks into the inbox, steps, waits. */
export class Lead {
  private readonly stepper: Stepper
  private appended = 0
  private isIdle = false

  constructor(private readonly options: LeadOptions) {
    this.stepper = createStepper(options.counters, options.logger)
  }

  /** Until stopped; rejects when the session fails. */
  async run(session: SequenceSession): Promise<void> {
    const { alarm, pacing, isStopped } = this.options
    let idleMs = 0
    while (!isStopped()) {
      await this.keepShards(session)
      this.appended = 0
      if ((await session.probe()) === 0) {
        idleMs = waitWhileIdle(pacing, idleMs)
        await this.rest(idleMs)
        continue
      }
      idleMs = 0
      const began = performance.now()
      const done = await this.stepper.step(session)
      if (done) await alarm.sleep(waitAfterStep(pacing, performance.now() - began, done.waiting))
    }
  }

  /** This process has appended `events`. Ends the sleep of an idle leader, of a pacing one if `urgent` or if much waits. */
  wake(events: number, urgent: boolean): void {
    this.appended += events
    if (urgent || this.isIdle || this.appended >= this.options.pacing.fullStep) this.options.alarm.ring()
  }

  private async rest(idleMs: number): Promise<void> {
    // what was appended since the look into the inbox may have come too late for it
    if (this.appended > 0) return
    this.isIdle = true
    await this.options.alarm.sleep(idleMs)
    this.isIdle = false
  }

  private async keepShards(session: SequenceSession): Promise<void> {
    try {
      await session.keepShards()
    } catch (error) {
      if (losesConnection(error)) throw error
      this.options.counters.failures++
      this.options.logger.warn({ err: error }, 'the next shard could not be opened; the open one goes on')
    }
  }
}
