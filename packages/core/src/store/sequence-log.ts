import type { Link } from './connection'
import { openSequenceSession, type SequenceSession } from './sequence-session'

export { type SequenceSession, STEP_LIMITS } from './sequence-session'
export type { Step, StepLimits } from './step'

/** Where sequencers connect. */
export interface SequenceLog {
  /** Opens a direct connection of its own, which may then lead. Rejects with what the connection says. */
  connect(): Promise<SequenceSession>
}

/** Hears of steps, of this process and of others. */
export interface SequencedEvents {
  /** Calls `listener` with the next log index after each step that stored something; answers how to end that. */
  onSequenced(listener: (nextIndex: number) => void): () => void
}

/** What the log needs to be sequenced. */
export interface SequenceLogOptions {
  readonly schema: string
  /** Events of one shard. Default: 4,000,000. */
  readonly shardEvents?: number
  /** Ms since 1970. Default: the system clock. */
  readonly now?: () => number
}

const SHARD_EVENTS = 4_000_000

/** The log's write side over a link. A listener that throws is no trouble of the sequencer: it is left out of that call. */
export function createSequenceLog(link: Link, options: SequenceLogOptions): SequenceLog & SequencedEvents {
  const listeners = new Set<(nextIndex: number) => void>()
  const sequenced = (nextIndex: number): void => {
    for (const listener of listeners) {
      try {
        listener(nextIndex)
      } catch {
        // a reader's own failure
      }
    }
  }
  return {
    connect: () =>
      openSequenceSession(link, {
        schema: options.schema,
        shardEvents: options.shardEvents ?? SHARD_EVENTS,
        now: options.now ?? Date.now,
        onSequenced: sequenced,
      }),
    onSequenced: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
