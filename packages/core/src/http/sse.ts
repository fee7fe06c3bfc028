import type { StoredEvent } from '../model/event'
import { showId } from '../model/id'

/** What a stream of Server-Sent Events is made of. */
export interface SseSource {
  /** Turns of events; an empty turn is a sign of life. */
  readonly turns: AsyncIterable<readonly StoredEvent[]>
  /** An event as its JSON. */
  show(event: StoredEvent): unknown
  /** Asked at each sign of life, and after the first turn of each interval: whether the reader may read on. */
  mayGoOn(): Promise<boolean>
  /** Ends the turns; called when the reader leaves. */
  end(): void
}

/** How long a client waits before it connects again, in ms. */
const RETRY_MS = 2_000
/** Between two questions whether the reader may read on, in ms. */
const ASK_AGAIN_MS = 15_000

/**
 * Events in the format of the HTML standard, section 9.2: `id` is the event's, so that a client which connects again sends
 * it as `Last-Event-ID`; a sign of life is a comment. Texts are JSON, so no line end can leave its field.
 */
export function sseText(source: SseSource): AsyncIterable<string> {
  const lines = written(source)
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => lines.next(),
      return: async () => {
        // First: the generator is waiting for the turn that this ends.
        source.end()
        await lines.return(undefined)
        return { done: true, value: undefined }
      },
    }),
  }
}

async function* written({ turns, show, mayGoOn, end }: SseSource): AsyncGenerator<string, void, undefined> {
  try {
    yield `retry: ${RETRY_MS}\n\n`
    let asked = Date.now()
    for await (const turn of turns) {
      if (turn.length === 0 || Date.now() - asked >= ASK_AGAIN_MS) {
        if (!(await mayGoOn())) return
        asked = Date.now()
      }
      yield turn.length === 0 ? ':\n\n' : turn.map((event) => blockOf(event, show)).join('')
    }
  } finally {
    end()
  }
}

function blockOf(event: StoredEvent, show: SseSource['show']): string {
  return `id: ${showId(event.id)}\nevent: activity\ndata: ${JSON.stringify(show(event))}\n\n`
}
