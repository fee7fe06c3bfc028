import { AsyncLocalStorage } from 'node:async_hooks'
import type { EventInput } from '../model/event'
import { type Annotation, mergeAnnotations } from './annotation'

/**
 * One unit of work that events belong to: a captured request (which extends this class), or a job started by
 * `trail.run`. The outermost scope owns the event; it ends once, and what arrives later is refused and counted, so that
 * work which outlives its request cannot write into another event.
 */
export class Scope {
  /** What was annotated so far. */
  annotation: Annotation | undefined = undefined
  /** `skip()` was called: a success leaves no event. */
  skipped = false
  ended = false
  /** Annotations and skips that arrived after the end. */
  refused = 0
  /** Asked at the end, for what exists only then, such as the id of a created row. */
  late: (() => Annotation)[] | undefined = undefined

  constructor(
    /** The scope around this one. */
    readonly parent?: Scope,
    /** A captured request has an event to annotate; a job has not. */
    private readonly ownsEvent = false,
  ) {}

  /** Adds to the event of this scope. Returns false, and changes nothing, when there is none or it is written. */
  annotate(annotation: Annotation): boolean {
    const owner = this.open()
    if (owner === undefined) return false
    owner.annotation = mergeAnnotations(owner.annotation, annotation)
    return true
  }

  /** Adds what `fn` returns once the request has ended; what it throws is counted. Returns as {@link annotate}. */
  annotateAtEnd(fn: () => Annotation): boolean {
    const owner = this.open()
    if (owner === undefined) return false
    ;(owner.late ??= []).push(fn)
    return true
  }

  /** Leaves a success out of the log. Returns as {@link annotate}. */
  skip(): boolean {
    const owner = this.open()
    if (owner === undefined) return false
    return (owner.skipped = true)
  }

  /** What `record()` inherits here: this scope's own words over those around it. */
  inherited(): Partial<EventInput> {
    const outer = this.parent?.inherited() ?? {}
    return this.ended ? outer : { ...outer, ...this.defaults() }
  }

  protected defaults(): Partial<EventInput> {
    return {}
  }

  private open(): Scope | undefined {
    if (!this.ownsEvent) return this.parent?.open()
    if (!this.ended) return this
    this.refused++
    return undefined
  }
}

interface Shared {
  readonly version: 1
  readonly storage: AsyncLocalStorage<Scope>
  /** Of the copies of this package that this process has loaded. */
  readonly copies: Set<string>
}

// Two copies of this package in one process must share one scope, so the storage lives on globalThis.
const KEY = Symbol.for('actrail.scope.v1')
const holder = globalThis as { [KEY]?: Shared }
const shared: Shared = (holder[KEY] ??= {
  version: 1,
  storage: new AsyncLocalStorage<Scope>(),
  copies: new Set(),
})

/** Notes a copy of this package; a warning of the process says when it is not the only version. May be called again. */
export function noteCopy(version: string): void {
  if (shared.copies.has(version)) return
  shared.copies.add(version)
  if (shared.copies.size === 1) return
  const versions = [...shared.copies].join(' and ')
  process.emitWarning(
    `This process has loaded @actrail/core in versions ${versions}. They share one scope; install one version of all @actrail packages.`,
    { code: 'ACTRAIL_VERSIONS_DIFFER' },
  )
}

/** Runs `fn` inside `scope`. Always by `run`: `enterWith` leaks into the next request of a keep-alive connection. */
export function runInScope<T>(scope: Scope, fn: () => T): T {
  return shared.storage.run(scope, fn)
}

/** The scope that the async context knows, which in callback APIs may be none or a foreign one. */
export function currentScope(): Scope | undefined {
  return shared.storage.getStore()
}
