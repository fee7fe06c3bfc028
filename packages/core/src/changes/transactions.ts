import type { QueryRunner } from 'typeorm'
import type { ChangedEntity } from '../capture/held-changes'
import { ActrailError } from '../errors'
import type { EventInput } from '../model/event'

/** A captured request, as far as changes are concerned. */
export interface OpenRequest {
  mayHold(resource: ChangedEntity['resource']): boolean
  hold(changed: ChangedEntity): boolean
}

/** Where changes go. */
export interface Destination {
  /** The text of a change's own event. */
  encode(changed: ChangedEntity, inherited: Partial<EventInput>): string
  /** Writes events in the host's transaction, or rejects and leaves it as it was. */
  writeIn(manager: QueryRunner['manager'], texts: readonly string[]): Promise<void>
  /** Writes an event to the journal. */
  accept(text: string): void
  swallowed(error: unknown): void
}

/** A change whose transaction is open. */
export interface Pending {
  readonly changed: ChangedEntity
  readonly request: OpenRequest | undefined
  readonly inherited: Partial<EventInput>
}

/** What happened between the start of a transaction, or a savepoint, and its end. */
interface Frame {
  pending: Pending[]
  /** Events that the transaction would not take; the journal does, after the commit. */
  readonly refused: string[]
  errors: unknown[]
}

interface Open {
  readonly frames: Frame[]
  /** One write at a time: they share the savepoint's name. */
  writing: Promise<void>
}

/** The changes of open transactions, by what TypeORM says of them. */
export interface Transactions {
  add(runner: QueryRunner, pending: Pending): Promise<void> | undefined
  started(runner: QueryRunner): void
  committing(runner: QueryRunner): Promise<void> | undefined
  committed(runner: QueryRunner): void
  rolledBack(runner: QueryRunner): void
  /** A commit that Postgres turned into a rollback. */
  failed(runner: QueryRunner): void
}

const EVENTS_PER_WRITE = 500

/**
 * Follows each query runner through its transaction. A savepoint is a frame on a stack: rolled back, it takes its changes
 * along, and the commit that follows does not bring them back. At the outermost commit events of their own are written
 * in the transaction; what its request may hold is handed over once it is committed.
 */
export function createTransactions(to: Destination): Transactions {
  const runners = new WeakMap<QueryRunner, Open>()

  function openOf(runner: QueryRunner): Open {
    let open = runners.get(runner)
    if (open === undefined) runners.set(runner, (open = { frames: [], writing: Promise.resolve() }))
    return open
  }

  return {
    add(runner, pending) {
      if (!runner.isTransactionActive) {
        deliver({ ...newFrame(), pending: [pending] }, to)
        return undefined
      }
      const open = openOf(runner)
      const frame = topOf(open)
      frame.pending.push(pending)
      return frame.pending.length % EVENTS_PER_WRITE === 0 ? write(runner, open, { frame, to }) : undefined
    },
    started: (runner) => void openOf(runner).frames.push(newFrame()),
    committing(runner) {
      const open = runners.get(runner)
      const [frame] = open?.frames ?? []
      // The release of a savepoint writes nothing yet: it may still be rolled back by the one around it.
      if (open === undefined || frame === undefined || open.frames.length > 1) return undefined
      return frame.pending.length === 0 ? open.writing : write(runner, open, { frame, to })
    },
    committed(runner) {
      const open = runners.get(runner)
      const frame = open?.frames.pop()
      if (open === undefined || frame === undefined) return
      if (runner.isTransactionActive) join(topOf(open), frame)
      else deliver(frame, to)
    },
    rolledBack: (runner) => void runners.get(runner)?.frames.pop(),
    failed: (runner) => void runners.delete(runner),
  }
}

function write(runner: QueryRunner, open: Open, { frame, to }: { frame: Frame; to: Destination }): Promise<void> {
  return (open.writing = open.writing.then(() => writeOwn(frame, runner, to)).catch(to.swallowed))
}

// A transaction that began before we watched has no frame yet.
function topOf({ frames }: Open): Frame {
  if (frames.length === 0) frames.push(newFrame())
  return frames[frames.length - 1] as Frame
}

const newFrame = (): Frame => ({ pending: [], refused: [], errors: [] })

function join(outer: Frame, inner: Frame): void {
  outer.pending.push(...inner.pending)
  outer.refused.push(...inner.refused)
  outer.errors.push(...inner.errors)
}

async function writeOwn(frame: Frame, { manager }: QueryRunner, to: Destination): Promise<void> {
  const own = frame.pending.filter(({ request, changed }) => request?.mayHold(changed.resource) !== true)
  const texts = own.flatMap((each) => encoded(each, to))
  const written = new Set(own)
  frame.pending = frame.pending.filter((each) => !written.has(each))
  for (let at = 0; at < texts.length; at += EVENTS_PER_WRITE) {
    const batch = texts.slice(at, at + EVENTS_PER_WRITE)
    try {
      await to.writeIn(manager, batch)
    } catch (error) {
      frame.refused.push(...batch)
      // A log in another database is no error: the journal is its way.
      if (!(error instanceof ActrailError && error.code === 'ERR_MANAGER_FOREIGN')) frame.errors.push(error)
    }
  }
}

function encoded({ changed, inherited }: Pending, to: Destination): string[] {
  try {
    return [to.encode(changed, inherited)]
  } catch (error) {
    to.swallowed(error)
    return []
  }
}

/** After the commit: to the request, else to the journal. */
function deliver(frame: Frame, to: Destination): void {
  const own = frame.pending.filter(({ request, changed }) => {
    return request?.mayHold(changed.resource) !== true || !request.hold(changed)
  })
  for (const text of [...frame.refused, ...own.flatMap((each) => encoded(each, to))]) {
    try {
      to.accept(text)
    } catch (error) {
      to.swallowed(error)
    }
  }
  for (const error of frame.errors) to.swallowed(error)
}
