import fc from 'fast-check'
import { encodeCursor, decodeCursor } from '../model/cursor'
import { type Linked, readAhead } from './ahead'

interface Page extends Linked {
  readonly entries: readonly number[]
}

const ENTRIES = 3

/** A list of the places that a filter finds, and what was asked of it at the same time. */
function listOf(places: readonly number[]) {
  const asked: string[] = []
  let open = 0
  let most = 0
  const page = (below: number): Page => {
    const entries = places.filter((place) => place < below).sort((a, b) => b - a)
    const shown = entries.slice(0, ENTRIES)
    const last = shown.at(-1)
    if (last === undefined || entries.length <= ENTRIES) return { entries: shown }
    return { entries: shown, nextCursor: encodeCursor({ workspaceSeq: last }) }
  }
  const ask = async (cursor: string): Promise<Page> => {
    asked.push(cursor)
    most = Math.max(most, ++open)
    await Promise.resolve()
    open--
    const place = decodeCursor(cursor)
    return page(place !== undefined && 'workspaceSeq' in place ? place.workspaceSeq : 0)
  }
  return { first: page(Infinity), ask, asked, most: () => most }
}

it('gives every entry once and in order, whatever the filter leaves out', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(60)), async (places) => {
      const list = listOf(places)
      const found: number[] = []
      for await (const { entries } of readAhead(list.first, list.ask, ENTRIES)) found.push(...entries)
      expect(found).toEqual([...places].sort((a, b) => b - a))
    }),
    { numRuns: 500 },
  )
})

it('reads a list without gaps two stretches at a time, each once', async () => {
  const list = listOf(Array.from({ length: 31 }, (_, place) => place))
  let pages = 0
  for await (const page of readAhead(list.first, list.ask, ENTRIES)) pages += page.entries.length > 0 ? 1 : 0
  expect({ pages, asked: list.asked.length, most: list.most() }).toEqual({ pages: 11, asked: 10, most: 2 })
})

it('does not go on guessing when it was wrong', async () => {
  const list = listOf(Array.from({ length: 31 }, (_, place) => place * 2))
  for await (const page of readAhead(list.first, list.ask, ENTRIES)) expect(page.entries.length).toBeGreaterThan(0)
  expect(list.asked.length).toBe(11)
})
