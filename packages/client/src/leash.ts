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
    if (outer?.aborted) {
      return new ActrailClientError('ERR_CLIENT_ABORTED', 'The call was ended by its own signal.', {
        cause: outer.reason,
      })
    }
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

function late(ms: number): string {
  return `The server said nothing for ${ms} ms. Try again, ask for less, or allow more by \`timeoutMs\`.`
}

/** Resolves as the promise does, unless the signal comes first: then rejects with its reason. */
export async function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let abort = (): void => undefined
  const end = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error)
  })
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([promise, end])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Resolves after so many milliseconds. Rejects with ERR_CLIENT_ABORTED when the signal comes first. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const leash = createLeash(signal)
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    await unless(leash.signal, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))))
  } catch (error) {
    throw leash.reasonOf(error)
  } finally {
    clearTimeout(timer)
    leash.end()
  }
}
