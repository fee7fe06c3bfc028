import type { Queries } from './database'
import { isDataError, sqlState } from './data-errors'
import { eventsOfBatch, removeBatch, replaceBatch, takeOldestBatch } from './sql/poison'
import { quarantineEvent } from './sql/quarantine'
import type { Step } from './step'

/** What became of a batch that was taken apart. */
export interface Apart {
  /** Events that the log refused. */
  readonly quarantined: number
  /** The last step that stored something. */
  readonly last: Step | undefined
}

/**
 * Halves the oldest batch until each part is either sequenced or a single event that the log refuses, which moves into
 * `quarantine` with the reason. The parts keep the place of the batch. Runs in the caller's transaction; `step`
 * sequences one batch and leaves the transaction usable when it rejects.
 */
export async function takeApart(queries: Queries, step: (batch: number) => Promise<Step>): Promise<Apart> {
  const [batch] = await queries.query<{ n: number; text: string }>(takeOldestBatch)
  if (!batch) return { quarantined: 0, last: undefined }
  let quarantined = 0
  let last: Step | undefined

  async function setAside(text: string, error: unknown): Promise<void> {
    await queries.query(quarantineEvent, [text, reasonOf(error)])
    quarantined++
  }

  async function place({ n }: { n: number }, texts: readonly string[]): Promise<void> {
    await queries.query(replaceBatch, [n, texts.length, Buffer.from(`[${texts.join(',')}]`)])
    try {
      const done = await step(n)
      if (done.next_index !== null) last = done
    } catch (error) {
      if (!isDataError(error)) throw error
      await queries.query(removeBatch, [n])
      const [only] = texts
      if (texts.length === 1 && only !== undefined) return setAside(only, error)
      const middle = texts.length >> 1
      await place({ n }, texts.slice(0, middle))
      await place({ n }, texts.slice(middle))
    }
  }

  const texts = batch.text.trimStart().startsWith('[') ? await textsOf(queries, batch.text) : undefined
  if (texts) await place(batch, texts)
  else await setAside(batch.text, new Error('a batch must be a JSON array'))
  return { quarantined, last }
}

async function textsOf(queries: Queries, batch: string): Promise<string[]> {
  return (await queries.query<{ text: string }>(eventsOfBatch, [batch])).map((row) => row.text)
}

function reasonOf(error: unknown): string {
  const state = sqlState(error)
  const message = error instanceof Error ? error.message : String(error)
  return state === undefined ? message : `${state} ${message}`
}
