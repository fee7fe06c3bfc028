import { drainedOrStalled } from './drain'

/** A store whose inbox never empties until `signal` is aborted, with the figures that are given one after the other. */
function createStore(figures: readonly (readonly [sequenced: number, waiting: number])[]) {
  let asked = 0
  return {
    asked: () => asked,
    drained: (signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    status: async () => {
      const [sequencedEvents, waitingEvents] = figures[Math.min(asked++, figures.length - 1)] ?? [0, 0]
      return { sequencedEvents, waitingEvents }
    },
  }
}

it('gives up when nobody puts events into the log, and says what to do', async () => {
  const store = createStore([[10, 500]])
  await expect(drainedOrStalled(store, 5)).rejects.toMatchObject({
    code: 'ERR_IMPORT_STALLED',
    message: expect.stringMatching(/^500 events wait in the inbox, .* Start the application/) as string,
  })
})

it('waits on while the log grows, however slowly', async () => {
  const growing = Array.from({ length: 20 }, (_, at) => [at, 500 - at] as const)
  const store = createStore(growing)
  await expect(drainedOrStalled(store, 2)).rejects.toMatchObject({ code: 'ERR_IMPORT_STALLED' })
  expect(store.asked()).toBeGreaterThan(growing.length)
})

it('rejects with what the database says', async () => {
  const store = { ...createStore([]), status: () => Promise.reject(new Error('the database is gone')) }
  await expect(drainedOrStalled(store, 2)).rejects.toThrow('the database is gone')
  await drainedOrStalled({ ...store, drained: () => Promise.resolve() })
})
