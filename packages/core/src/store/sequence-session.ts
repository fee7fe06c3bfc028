import type { Client } from 'pg'
import type { Link } from './connection'
import { sqlState } from './data-errors'
import { type Connection, createConnection } from './direct-connection'
import { createInboxWindow } from './inbox-window'
import { takeApart } from './poison'
import { createShardKeeper, readHead } from './shards'
import { probeInbox } from './sql/sequence'
import { shortLockTimeout, tryLead } from './sql/session'
import { createStep, type Step, type StepLimits } from './step'

/** One direct connection that may lead: everything that moves events from the inbox into the log. */
export interface SequenceSession {
  /** Becomes the one leader among all processes, or answers false at once. Ends with the connection. */
  tryLead(): Promise<boolean>
  /** Events that wait, up to what one step takes. */
  probe(): Promise<number>
  /** Runs the one statement. Rejects with what Postgres says; see `isDataError`. */
  step(limits?: StepLimits): Promise<Step>
  /** Makes the next shard ahead of time and opens it when it is due; between steps. */
  keepShards(): Promise<void>
  /** Sequences the oldest batch event by event where needed and moves those that the log refuses into `quarantine`. */
  takeApart(): Promise<{ readonly quarantined: number }>
  /** Called once when the connection is lost. */
  onLost(listener: (error: Error) => void): void
  /** Ends the connection and frees the lead; may be called twice. */
  close(): Promise<void>
}

/** What a session is opened with. */
export interface SessionOptions {
  readonly schema: string
  /** Events of one shard; default 4,000,000. */
  readonly shardEvents: number
  /** The clock, in ms since 1970. */
  readonly now: () => number
  /** Called after each step that stored something, with the next log index: here, and for notifications of others. */
  readonly onSequenced: (nextIndex: number) => void
}

/** The most that one step takes. */
export const STEP_LIMITS: StepLimits = { events: 4_000, bytes: 4 * 1024 * 1024 }

const LOCK_NOT_AVAILABLE = '55P03'

/** Opens the direct connection, with settings that free the lock within five seconds when this process disappears. */
export async function openSequenceSession(link: Link, options: SessionOptions): Promise<SequenceSession> {
  const connection = createConnection(link, options.schema)
  const loss = listenForLoss(connection.client)
  await connection.open()
  try {
    connection.client.on('notification', ({ payload }) => options.onSequenced(Number(payload)))
    await connection.client.query(`listen "${channelOf(options.schema)}"`)
    return sessionOn(connection, options, loss)
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** The channel on which the sequencer notifies, once a step, with the next log index. */
function channelOf(schema: string): string {
  return `${schema}_sequenced`
}

type Loss = Pick<SequenceSession, 'onLost'>

function listenForLoss(client: Client): Loss {
  let error: Error | undefined
  let listener: ((error: Error) => void) | undefined
  const lose = (reason: Error) => {
    if (error) return
    error = reason
    listener?.(reason)
  }
  client.on('error', lose)
  client.on('end', () => lose(new Error('the connection has ended')))
  return {
    onLost: (added) => {
      listener = added
      if (error) added(error)
    },
  }
}

function sessionOn(connection: Connection, options: SessionOptions, loss: Loss): SequenceSession {
  const { queries, looks } = connection
  const shards = createShardKeeper(queries, options, (sql, parameters) => attachSoon(connection, sql, parameters))
  const channel = channelOf(options.schema)
  const runStep = createStep(connection.once, shards, channel)
  const runStepWithin = createStep(connection.within, shards, channel)
  const window = createInboxWindow()
  let nextIndex: number | undefined

  const waiting = async (from: number): Promise<number> =>
    (await looks.query<{ waiting: number }>(probeInbox, [STEP_LIMITS.events, from]))[0]?.waiting ?? 0

  function sequenced(step: Step): void {
    if (step.next_index === null) return
    nextIndex = step.next_index
    options.onSequenced(step.next_index)
  }

  return {
    ...loss,
    tryLead: async () => (await looks.query<{ leads: boolean }>(tryLead, [options.schema]))[0]?.leads === true,
    probe: () => window.look(waiting),
    step: async (limits = STEP_LIMITS) => {
      const step = await runStep(limits, { from: window.from })
      window.took(step.last_batch)
      sequenced(step)
      return step
    },
    keepShards: async () => {
      nextIndex ??= (await readHead(queries)).next_index
      await shards.keep(nextIndex)
    },
    takeApart: async () => {
      const { last, quarantined } = await connection.transaction(() =>
        takeApart(queries, (batch) => runStepWithin(STEP_LIMITS, { batch })),
      )
      window.reset()
      if (last) sequenced(last)
      return { quarantined }
    },
    close: () => connection.close(),
  }
}

// Attaching waits for whoever uses the whole log, and makes others wait behind it: give up soon, try again later.
async function attachSoon(connection: Connection, sql: string, parameters: unknown[]): Promise<boolean> {
  try {
    await connection.transaction(async () => {
      if (!connection.embedded) await connection.queries.query(shortLockTimeout)
      await connection.queries.query(sql, parameters)
    })
    return true
  } catch (error) {
    if (sqlState(error) === LOCK_NOT_AVAILABLE) return false
    throw error
  }
}
