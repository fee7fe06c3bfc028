/**
 * What `run` gives, each time it is iterated. Leaving it (`break`, `return()`) or the outer signal aborts the signal that
 * `run` gets: a generator alone would wait for what it is waiting for before it ends.
 */
export function leavable<T>(
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => iterate(outer, run) }
}

function iterate<T>(
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncIterator<T> {
  const inner = new AbortController()
  const items = run(inner.signal)
  const over = { done: true, value: undefined } as const
  let hasLeft = false
  const abort = (): void => inner.abort(outer?.reason)
  const letGo = (): void => outer?.removeEventListener('abort', abort)
  if (outer?.aborted) abort()
  else outer?.addEventListener('abort', abort)

  async function next(): Promise<IteratorResult<T>> {
    try {
      const result = await items.next()
      if (result.done) letGo()
      return result
    } catch (error) {
      letGo()
      if (hasLeft) return over
      throw error
    }
  }

  async function leave(): Promise<IteratorResult<T>> {
    hasLeft = true
    letGo()
    inner.abort()
    await items.return()
    return over
  }

  return { next, return: leave }
}
