import type { StoredEvent } from '@actrail/core'
import { describeEvents, type Expected, isExpected } from './expected'

/** Anything that tells its events: the test trail, or the activity middleware made with it. */
export type HasEvents = { events(): readonly StoredEvent[] } | { trail: { events(): readonly StoredEvent[] } }

/**
 * Matchers for Jest and Vitest.
 * @example
 * expect.extend(auditMatchers)
 * expect(trail).toHaveAudited({ action: 'issue.created', actor: 'alice' })
 */
export const auditMatchers = {
  toHaveAudited(received: HasEvents, expected: Expected): { pass: boolean; message: () => string } {
    const events = 'trail' in received ? received.trail.events() : received.events()
    const pass = events.some((event) => isExpected(event, expected))
    return {
      pass,
      message: () =>
        `Expected ${pass ? 'no' : 'an'} event like ${JSON.stringify(expected)}.\n${describeEvents(events)}`,
    }
  },
}

/** The type of {@link auditMatchers}, for `declare global { namespace jest { interface Matchers<R> extends AuditMatchers<R> {} } }`. */
export interface AuditMatchers<R = unknown> {
  toHaveAudited(expected: Expected): R
}
