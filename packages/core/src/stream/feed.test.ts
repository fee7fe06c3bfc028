import type { EventReader } from '../store/read/event-reader'
import { LogFeed } from './feed'
import { tail } from './tail'

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

/** A log that says where it ends, and gives nothing else; counts what it is asked. */
function silentLog() {
  const asked = { ends: 0, events: 0 }
  const away = () => Promise.reject(new Error('away'))
  const reader = {
    locateLog: () => Promise.resolve({ firstSeq: 0, nextSeq: (asked.ends++, 10), shards: [] }),
    locate: away,
    shardsBelow: () => (asked.events++, away()),
    page: away,
  } as unknown as EventReader
  let hear: (nextIndex: number) => void = () => undefined
  const onSequenced = (listener: typeof hear) => {
    hear = listener
    return () => undefined
  }
  const feed = new LogFeed({ reader, onSequenced, failed: () => undefined })
  return { asked, reader, feed, sequenced: (nextIndex: number) => hear(nextIndex) }
}

const following = { workspaceId: 'acme', filter: {}, waitMs: 1_000 }

it('asks the log no more when somebody could not begin to follow', async () => {
  const { asked, reader, feed } = silentLog()
  await expect(tail(reader, feed, { ...following, signal: new AbortController().signal })).rejects.toThrow('away')
  const { ends } = asked
  await jest.advanceTimersByTimeAsync(5_000)
  expect(asked.ends).toBe(ends)
})

it('tries again while the log is away, and no more once it is stopped, though a follower stands still', async () => {
  const { asked, feed, sequenced } = silentLog()
  await feed.follow()
  sequenced(20)
  await jest.advanceTimersByTimeAsync(3_500)
  expect(asked.events).toBeGreaterThan(2)
  feed.stop()
  const { events } = asked
  await jest.advanceTimersByTimeAsync(5_000)
  expect(asked.events).toBe(events)
})
