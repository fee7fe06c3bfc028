/** Runs callbacks in turns, as a connection pool does. */
export interface CallbackPool {
  run(callback: () => void): void
}

/**
 * A pool that calls back in the async scope of whichever task woke it, as `pool.query(sql, callback)` of many drivers
 * does: under load, a callback finds the scope of somebody else's request.
 *
 * @param width how many callbacks run in one turn
 */
export function createCallbackPool(width: number): CallbackPool {
  const waiting: (() => void)[] = []
  let busy = false
  const turn = (): void => {
    for (const callback of waiting.splice(0, width)) callback()
    busy = waiting.length > 0
    if (busy) setImmediate(turn)
  }
  return {
    run(callback) {
      waiting.push(callback)
      if (busy) return
      busy = true
      setImmediate(turn)
    },
  }
}
