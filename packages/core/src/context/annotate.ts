import type { Actor, EventInput } from '../model/event'
import type { Annotation } from './annotation'
import { Scope, currentScope, runInScope } from './scope'

/**
 * Adds to the event of the current request, from any function below the middleware. Callback APIs that lose the async
 * scope need the explicit form, `activity.of(req).annotate(…)`.
 *
 * @returns false when there is no request here or its event is already written; nothing is thrown.
 * @example annotate({ action: 'issue.updated', resource: { type: 'issue', id }, changes: diff(before, after) })
 */
export function annotate(annotation: Annotation): boolean {
  return currentScope()?.annotate(annotation) ?? false
}

/**
 * Leaves the current request out of the log if it succeeds. Denied and failed requests are kept all the same.
 * @returns as {@link annotate}
 */
export function skip(): boolean {
  return currentScope()?.skip() ?? false
}

/** Says why: stored as `details.reason` of the current request's event. @returns as {@link annotate} */
export function reason(text: string): boolean {
  return annotate({ reason: text })
}

/** Events recorded inside `fn` (also after awaits) carry `actor` unless they name their own. Returns what `fn` returns. */
export function withActor<T>(actor: Actor, fn: () => T): T {
  return runWithDefaults({ actor }, fn)
}

/** Events recorded inside `fn` inherit `defaults` where they say nothing themselves. Returns what `fn` returns. */
export function runWithDefaults<T>(defaults: Partial<EventInput>, fn: () => T): T {
  return runInScope(new JobScope(defaults, currentScope()), fn)
}

class JobScope extends Scope {
  constructor(
    private readonly given: Partial<EventInput>,
    parent: Scope | undefined,
  ) {
    super(parent)
  }

  protected override defaults(): Partial<EventInput> {
    return this.given
  }
}
