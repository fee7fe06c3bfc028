/** Lets a case's client know what its handler has reached, and the other way round. */
export interface Signals {
  tell(id: string): void
  /** Resolves once `id` was told, at once if it was told before; rejects after 10 s. */
  hear(id: string): Promise<void>
}

const PATIENCE_MS = 10_000

/** Each id is told once and heard once. */
export function createSignals(): Signals {
  const waiting = new Map<string, () => void>()
  const told = new Set<string>()
  return {
    tell(id) {
      const listener = waiting.get(id)
      waiting.delete(id)
      if (listener) listener()
      else told.add(id)
    },
    hear: (id) =>
      new Promise((resolve, reject) => {
        if (told.delete(id)) return resolve()
        const timer = setTimeout(() => reject(new Error(`waited in vain for ${id}`)), PATIENCE_MS)
        waiting.set(id, () => {
          clearTimeout(timer)
          resolve()
        })
      }),
  }
}
