/** Figures of the database as of not long ago, or why there are none. */
export type Figures<T> =
  { readonly kind: 'read'; readonly value: T } | { readonly kind: 'failed'; readonly error: unknown }

/** Reads figures so that neither a slow database nor many who ask can do harm. */
export interface FigureReader<T> {
  /** Figures that are at most `maxAgeMs` old (0: read now). Never rejects, and answers within a second. */
  read(maxAgeMs: number): Promise<Figures<T>>
}

const ANSWER_MS = 1_000

/** One question at a time: who asks meanwhile gets the same answer. `now` in ms. */
export function createFigureReader<T>(ask: () => Promise<T>, now: () => number): FigureReader<T> {
  let known: { readonly figures: Figures<T>; readonly atMs: number } | undefined
  let asking: Promise<Figures<T>> | undefined

  async function askOnce(): Promise<Figures<T>> {
    try {
      return keep({ kind: 'read', value: await ask() })
    } catch (error) {
      return keep({ kind: 'failed', error })
    } finally {
      asking = undefined
    }
  }

  function keep(figures: Figures<T>): Figures<T> {
    known = { figures, atMs: now() }
    return figures
  }

  return {
    read: (maxAgeMs) => {
      if (known !== undefined && now() - known.atMs < maxAgeMs) return Promise.resolve(known.figures)
      return withinTime((asking ??= askOnce()))
    },
  }
}

async function withinTime<T>(asked: Promise<Figures<T>>): Promise<Figures<T>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Figures<T>>((resolve) => {
    const error = new Error(`The database did not tell its figures within ${ANSWER_MS} ms`)
    timer = setTimeout(() => resolve({ kind: 'failed', error }), ANSWER_MS).unref()
  })
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}
