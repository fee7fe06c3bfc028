import { decodeCursor, encodeCursor } from '../model/cursor'

/** One stretch of a list that is read to its end. */
export interface Linked {
  /** Where the next one begins; absent at the end. */
  readonly nextCursor?: string
}

/**
 * One stretch after the other, read ahead: the next one is asked for before the one at hand is given out. While stretches
 * lie one behind the other without a gap, as they do in a list without a filter, the place of the one after is known
 * before it is told, and is asked for as well: then two connections read at once.
 *
 * @param entries entries of a stretch
 */
export async function* readAhead<Page extends Linked>(
  first: Page,
  ask: (cursor: string) => Promise<Page>,
  entries: number,
): AsyncGenerator<Page, void, undefined> {
  const asked = new Map<string, Promise<Page>>()
  const want = (cursor: string): Promise<Page> => {
    const page = asked.get(cursor) ?? ask(cursor)
    page.catch(() => undefined) // nobody may be waiting for it any more when it fails
    asked.set(cursor, page)
    return page
  }
  let page = first
  let guess: string | undefined
  for (let cursor = page.nextCursor; cursor !== undefined; cursor = page.nextCursor) {
    const next = want(cursor)
    const isGapless = guess === undefined || guess === cursor
    guess = below(cursor, entries)
    if (isGapless && guess !== undefined) void want(guess)
    yield page
    page = await next
    asked.delete(cursor)
    if (page.nextCursor !== guess) asked.clear()
  }
  yield page
}

/** The place so many entries further down; `undefined` when there is none. */
function below(cursor: string, entries: number): string | undefined {
  const place = decodeCursor(cursor)
  if (place === undefined) return undefined
  const [unit, number] = Object.entries(place)[0] as ['workspaceSeq' | 'logIndex', number]
  return number > entries ? encodeCursor({ [unit]: number - entries } as { workspaceSeq: number }) : undefined
}
