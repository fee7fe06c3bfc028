import type { AuditOptions, StoredEvent } from '@actrail/core'
import { createMemoryTrail, type MemoryTrail } from '@actrail/core/testing'
import { describeEvents, type Expected, isExpected } from './expected'

/** A trail in memory that can be asked what was recorded. */
export interface TestTrail<Native = unknown> extends MemoryTrail<Native> {
  /**
   * Returns the newest event that fits; throws an error that lists what was recorded when none does.
   * @example trail.expectAudited({ action: 'issue.*', actor: 'alice', result: 'success' })
   */
  expectAudited(expected: Expected): StoredEvent
  /** Throws when an event fits. */
  expectNotAudited(expected: Expected): void
}

/**
 * Makes a trail for tests, to be given to the adapter in place of options: `audit(trail)`. Nothing touches the disk, and
 * events are there as soon as the response has ended.
 */
export function createTestTrail<Native = unknown>(options: AuditOptions<Native> = {}): TestTrail<Native> {
  const trail = createMemoryTrail<Native>(options)
  const find = (expected: Expected): StoredEvent | undefined =>
    trail.events().findLast((event) => isExpected(event, expected))
  return Object.assign(trail, {
    expectAudited(expected: Expected): StoredEvent {
      const event = find(expected)
      if (event !== undefined) return event
      throw new Error(`Expected an event like ${JSON.stringify(expected)}.\n${describeEvents(trail.events())}`)
    },
    expectNotAudited(expected: Expected): void {
      const event = find(expected)
      if (event === undefined) return
      throw new Error(`Expected no event like ${JSON.stringify(expected)}.\n${describeEvents([event])}`)
    },
  })
}
