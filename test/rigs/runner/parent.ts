import type { FromChild, FromParent } from './child'

/** What a child answers, by question. */
export type Answers = Readonly<Record<string, (value: never) => unknown>>

/** The settings that the parent gave to `startChild`. */
export function childSettings<T>(): T {
  return JSON.parse(process.argv[2] ?? 'null') as T
}

/**
 * Answers the parent's questions and tells it that this process serves. Ends the process when the parent is gone, so
 * that a rig which dies leaves nothing behind.
 *
 * @param ready what the parent's `ready` resolves with
 */
export function serveParent(answers: Answers, ready?: unknown): void {
  process.on('disconnect', () => process.exit(0))
  process.on('message', (message) => void answer(answers, message as FromParent))
  send({ kind: 'ready', value: ready })
}

async function answer(answers: Answers, { number, question, value }: FromParent): Promise<void> {
  try {
    const known = answers[question] as ((value: unknown) => unknown) | undefined
    if (!known) throw new Error(`this child knows no question "${question}"`)
    send({ kind: 'answer', number, value: await known(value) })
  } catch (error) {
    send({ kind: 'answer', number, error: error instanceof Error ? String(error.stack) : String(error) })
  }
}

function send(message: FromChild): void {
  if (process.connected) process.send?.(message)
}
