import { ActrailClientError } from './client-error.js'

/** Ends one request: when its caller wants it ended, or when nothing has come for too long. */
export interface Leash {
  readonly signal: AbortSignal
  /** Allows so many milliseconds from now; `undefined` stops the clock. */
  allow(ms: number | undefined): void
  /** What to throw instead of what the platform threw. */
  reasonOf(error: unknown): ActrailClientError
  /** Ends the request, if it has not ended, and lets go of the caller's signal. */
  end(): void
}

/** Puts a request under its caller's signal and a clock that {@link Leash.allow} winds. */
export function createLeash(outer: AbortSignal | undefined): Leash {
  const inner = new AbortController()
  let allowedMs = 0
  let isLate = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const abort = (): void => inner.abort()
  if (outer?.aborted) abort()
  else outer?.addEventListener('abort', abort)

  function allow(ms: number | undefined): void {
    clearTimeout(timer)
    if (ms === undefined) return
    allowedMs = ms
    timer = setTimeout(() => {
      isLate = true
      abort()
    }, ms)
  }

  function reasonOf(error: unknown): ActrailClientError {
    if (outer?.aborted) return aborted(outer)
    if (isLate) return new ActrailClientError('ERR_CLIENT_TIMEOUT', late(allowedMs), { cause: error })
    if (error instanceof ActrailClientError) return error
    const message =
      'The connection failed or broke off. Check `baseUrl` and the network; in a browser also whether the API allows this origin (CORS).'
    return new ActrailClientError('ERR_CLIENT_NETWORK', message, { cause: error })
  }

  function end(): void {
    clearTimeout(timer)
    outer?.removeEventListener('abort', abort)
    abort()
  }

  return { signal: inner.signal, allow, reasonOf, end }
}

/** What a call throws whose signal was aborted; the signal's reason is its cause. */
export function aborted(signal: AbortSignal): ActrailClientError {
  return new ActrailClientError('ERR_CLIENT_ABORTED', 'The call was ended by its own signal.', { cause: signal.reason })
}

function late(ms: number): string {
  return `The server said nothing for ${ms} ms. Try again, ask for less, or allow more by \`timeoutMs\`.`
}

/** Resolves as the promise does, unless the signal comes first: then rejects with its reason. */
export async function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let onAbort: (() => void) | undefined
  const end = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })
  try {
    return await Promise.race([promise, end])
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort)
  }
}

/** Resolves after so many milliseconds. Rejects with ERR_CLIENT_ABORTED when the signal comes first. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  try {
    await (signal ? unless(signal, over) : over)
  } catch {
    if (signal) throw aborted(signal)
  } finally {
    clearTimeout(timer)
  }
}
