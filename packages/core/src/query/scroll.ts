import type { FilterTerms } from '../filter/filter'
import { encodeCursor } from '../model/cursor'
import { ALL_WORKSPACES } from '../model/workspaces'
import { LOG_PATH } from '../store/read/access-path'
import type { EventReader } from '../store/read/event-reader'
import { plan } from './course'
import type { Course, End } from './walk'

/** Where a list that is read to its end goes on. */
export interface Scroll {
  readonly course: Course
  readonly top: number
  /** The cursor below what a walk of the course has looked at; `undefined` when there is nothing below. */
  next(end: End): string | undefined
}

/** Which list, and the place below which it goes on. */
export interface ScrollFrom {
  readonly reader: EventReader
  /** {@link ALL_WORKSPACES} for the whole log. */
  readonly workspaceId: string
  readonly below: number | undefined
  readonly terms: FilterTerms
}

/** The course of a list from `below` on down; `undefined` when there is nothing. */
export async function scrollFrom(from: ScrollFrom): Promise<Scroll | undefined> {
  return from.workspaceId === ALL_WORKSPACES ? logScroll(from) : workspaceScroll(from)
}

async function logScroll({ reader, below, terms }: ScrollFrom): Promise<Scroll> {
  const { firstSeq, nextSeq, shards } = await reader.locateLog(below === undefined ? {} : { below })
  const top = Math.min(below ?? nextSeq, nextSeq) - 1
  return {
    course: { workspaceId: undefined, terms, stretches: [{ first: firstSeq, last: top, path: LOG_PATH }], shards },
    top,
    next: (end) => (end.kind !== 'bottom' && end.at > firstSeq ? encodeCursor({ logIndex: end.at }) : undefined),
  }
}

async function workspaceScroll({ reader, workspaceId, below, terms }: ScrollFrom): Promise<Scroll | undefined> {
  const located = await reader.locate(workspaceId, {})
  if (located === undefined) return undefined
  const { firstSeq, nextSeq } = located
  const { course } = await plan(reader, { workspaceId, located }, terms)
  return {
    course,
    top: Math.min(below ?? nextSeq, nextSeq) - 1,
    next: (end) => (end.kind !== 'bottom' && end.at > firstSeq ? encodeCursor({ workspaceSeq: end.at }) : undefined),
  }
}
