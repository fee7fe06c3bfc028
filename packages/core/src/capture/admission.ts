import { runInScope } from '../context/scope'
import type { CaptureDeps } from './capture-options'
import type { CapturedRequest } from './captured-request'

/** Runs what follows a request's capture. */
export type Run = <T>(captured: CapturedRequest, next: () => T) => T | Promise<Awaited<T> | undefined>

/**
 * How a captured request goes on. Where the journal does not ask for more, at once. In its modes `fsync` and `strict`
 * once the intent is synced, or, where the disk does not take it, with a refusal in place of the handler. The body is not
 * touched meanwhile: a request that nobody reads keeps what has come, and holds back the rest at the socket. It is not
 * paused either, since what was paused by us would not flow for a listener of the host's.
 */
export function createAdmission({ journal, refuse, swallowed }: CaptureDeps): Run {
  const { admit } = journal
  if (admit === undefined) return runInScope

  async function whenAdmitted<T>(captured: CapturedRequest, next: () => T): Promise<Awaited<T> | undefined> {
    const { exchange } = captured
    if ((await admit?.()) !== false || exchange === undefined) return await runInScope(captured, next)
    try {
      // Nothing was done of which there is no record, so none is needed.
      captured.exempt()
      refuse?.(exchange)
    } catch (error) {
      swallowed(error)
      exchange.res.destroy()
    }
    return undefined
  }

  return (captured, next) =>
    captured.start?.ticket === undefined ? runInScope(captured, next) : whenAdmitted(captured, next)
}
