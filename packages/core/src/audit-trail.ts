import type { DataSource, EntityManager, EntityTarget, ObjectLiteral } from 'typeorm'
import { type ActiveTrace, createActiveTrace } from './active-trace'
import { type Backend, createBackend } from './backend'
import { type Capture, createCapture } from './capture/capture'
import type { Exchange } from './capture/exchange'
import { createIntentReports } from './capture/intent-reports'
import type { AuditedEntities } from './changes/audited-entity'
import { createEntityChanges, type EntityChanges } from './changes/entity-changes'
import type { Criteria } from './changes/measured'
import type { Annotation } from './context/annotation'
import { runWithDefaults } from './context/annotate'
import { currentScope, type Scope } from './context/scope'
import { requireClock } from './clock'
import { ActrailError } from './errors'
import type { EventFilter } from './filter/filter'
import type { Check } from './health/check'
import { createMetrics } from './health/metrics'
import type { TrailStatus } from './health/trail-status'
import { watchLogger } from './health/watched-logger'
import { type ApiOptions, createApi } from './http/api'
import type { ApiRequest, ApiResponse } from './http/message'
import { refuseUnrecorded } from './http/refusal'
import type { ActivityPage, PageRequest } from './http/services'
import { createJournal } from './journal/journal'
import type { Journal } from './journal/types'
import { normaliseEvent, readEvent } from './ledger/normal-form'
import { encodeRow } from './ledger/row'
import type { EventInput, EventRow, StoredEvent } from './model/event'
import { createIds, readId, showId } from './model/id'
import { consoleLogger, type Logger } from './model/logger'
import { createOperations, journalDirectory } from './operations'
import { type AuditOptions, type ResolvedOptions, resolveOptions } from './options'
import { createRedactor, type Redactor } from './redact/redactor'
import type { ManagerLike } from './store/append'
import type { Quarantine } from './store/quarantine'
import { type StreamOptions, streamed } from './streamed'
import { createSwallowed, type Swallowed } from './swallowed'
import { createViewedRecorder } from './viewed'

/** How an event is recorded. */
export interface RecordOptions {
  /** The TypeORM `EntityManager` of a transaction: the event commits or rolls back with it. */
  readonly manager?: ManagerLike
}

/** One captured request, by the request itself and not by the async context. */
export interface RequestHandle {
  /** As the function `annotate`. False when the request is not captured or its event is written. */
  annotate(annotation: Annotation): boolean
  skip(): boolean
  /** As `trail.record`, with this request's actor, workspace and address where the event names none. */
  record(event: EventInput, options?: RecordOptions): Promise<string>
}

/** The activity log of one application: everything that writes to it and reads it. */
export interface AuditTrail<Native = unknown> {
  /**
   * Runs `next` as a captured request. Never throws of its own, never waits; but in the journal's modes `fsync` and
   * `strict` a promise, of undefined where the request was answered with 503 in `next`'s place. For adapters.
   */
  capture<T>(exchange: Exchange, next: () => T): T | Promise<Awaited<T> | undefined>
  /** The explicit form of `annotate` and its kin, for callback APIs that lose the async scope. */
  of(req: Native & object): RequestHandle
  /** Leaves a request out of the log: it is one of the trail's own. For adapters. */
  exempt(req: Native & object): void
  /** Whether the mounted API knows this path. For adapters. */
  handles(request: ApiRequest): boolean
  /** Answers a request to the mounted API. Never rejects. For adapters. */
  handle(request: ApiRequest): Promise<ApiResponse>
  /**
   * Records an event. Resolves with its id (`evt_…`) once it is accepted: on disk, or, with a manager, in the
   * transaction. Inside a request, `run` or `withActor` it inherits what it does not say.
   *
   * Rejects with `ERR_EVENT_INVALID` for an event without a usable action, id or time, `ERR_JOURNAL_FULL` when neither
   * disk nor memory took it, `ERR_JOURNAL_UNAVAILABLE` when the journal's mode is `strict` and the disk did not take it,
   * `ERR_MANAGER_FOREIGN` for the manager of another database, `ERR_STORE_RIGHTS` for one whose user may not write.
   */
  record(event: EventInput, options?: RecordOptions): Promise<string>
  /** Runs `fn` as a job: events recorded inside inherit `defaults`. Returns what `fn` returns. */
  run<T>(defaults: Partial<EventInput>, fn: () => T): T
  /**
   * Follows the host's audited entities: marked by `AuditedEntity`, or named here. What `save`, `remove`, `softRemove`
   * and `recover` do to one becomes `changes` of the request's event, or an event of its own, which commits or rolls back
   * with the write where the DataSource is the log's own database. Called again, it replaces what was given before.
   *
   * Throws `ERR_DATASOURCE_CLOSED` for a DataSource that is not initialized, `ERR_ENTITY_UNKNOWN` for names that it does
   * not have and when nothing is audited.
   * @example trail.watch(dataSource, { Issue: { exclude: ['draft'] }, Project: true })
   */
  watch(dataSource: DataSource, entities?: AuditedEntities): void
  /**
   * For what `watch` cannot see (`update`, `delete`, query builders, SQL): reads and locks the rows that match, runs `fn`
   * in the same transaction (a savepoint of the manager's own, else a new one), reads them again, and records what
   * changed. `fn` must use the manager that it is given. Resolves with what `fn` returns; what it throws is undone.
   *
   * Rejects with `ERR_CHANGES_TOO_MANY` before `fn` runs when more than 1,000 rows match.
   * @example await trail.changes(manager, Issue, { project: { id } }, (tx) => tx.update(Issue, { project: { id } }, { open: false }))
   */
  changes<Entity extends ObjectLiteral, T>(
    manager: EntityManager,
    entity: EntityTarget<Entity>,
    ...rest: [criteria: Criteria<Entity>, fn: (manager: EntityManager) => Promise<T>]
  ): Promise<T>
  /** One page of a workspace's log, newest first. `limit` 1–200, default 50. */
  query(filter: EventFilter & { workspace: string }, page?: Partial<PageRequest>): Promise<ActivityPage>
  /**
   * The events of a workspace as they come, in the order of the log, none twice and none left out. Reads on as fast as
   * they are taken; ends with the loop, with `signal`, or when the trail stops. `after` is the id of the last event had.
   */
  stream(filter: EventFilter & { workspace: string }, options?: StreamOptions): AsyncIterable<StoredEvent>
  /** One event by id (`evt_…` or the UUID), in any workspace; undefined when there is none. */
  get(id: string): Promise<StoredEvent | undefined>
  /**
   * Opens the store. Done by itself when the trail is made; await it to know that it worked. Rejects with the reason
   * and its remedy; a store that cannot be reached is tried again in the background, and nothing is lost meanwhile.
   */
  start(): Promise<void>
  /**
   * Resolves when all events that this process has accepted so far are visible in the log. What it adopted from dead
   * processes is sent as well, but not waited for: `status().journal.adopting` tells of it.
   */
  flush(): Promise<void>
  /**
   * Flushes for at most 2.5 seconds, then closes everything, all within five. What is not stored by then stays in the
   * journal.
   */
  stop(): Promise<void>
  /** What the trail is doing and what is wrong with it. Never rejects; answers within a second, database or not. */
  status(): Promise<TrailStatus>
  /** Events that the database refused, and the way back into the log for them. */
  readonly quarantine: Quarantine
  /** Examines configuration, database, rights, clocks and disk, and says what to do. Takes a second or two; never rejects. */
  doctor(): Promise<readonly Check[]>
}

/**
 * Makes a trail and starts it. Without options it writes to an embedded store in `./.actrail`.
 *
 * @throws ActrailError `ERR_OPTION_UNKNOWN`, `ERR_OPTION_INVALID`, `ERR_JOURNAL_FOLDER`, `ERR_CLOCK_WRONG`: all at once, before a
 *   request comes
 */
export function createAuditTrail<Native = unknown>(options: AuditOptions<Native> = {}): AuditTrail<Native> {
  const config = resolveOptions(options)
  requireClock(Date.now())
  return assembleTrail(config, ({ normalise, ...common }) => {
    const journal = createJournal({
      ...config.journal,
      directory: journalDirectory(config),
      reports: createIntentReports(normalise),
      logger: common.logger,
    })
    return { journal, backend: createBackend(config, { journal, ...common }) }
  })
}

/** What every part of a trail shares. */
export interface Common {
  readonly normalise: (event: EventInput) => EventRow
  readonly logger: Logger
  readonly now: () => number
  /** Called with the time, in ms, that each write to the database took. */
  readonly onStoreWrite?: ((tookMs: number) => void) | undefined
}

/** What holds a trail's events: the journal that accepts them and the backend that stores and reads them. */
export interface Keeping {
  readonly journal: Pick<Journal, 'intent' | 'outcome' | 'cancel' | 'written' | 'admit' | 'status'>
  readonly backend: Backend
}

/** Puts a trail together over what keeps its events. */
export function assembleTrail<Native>(config: ResolvedOptions, keep: (common: Common) => Keeping): AuditTrail<Native> {
  const now = Date.now
  const watched = watchLogger(config.logger ?? consoleLogger, now)
  const metrics = config.metrics && createMetrics(config.metrics)
  const ids = createIds(now)
  const redactor = createRedactor(config.redact)
  const swallowed = createSwallowed(watched.logger, now)
  const normalise = (event: EventInput): EventRow => normaliseEvent(event, { now, nextId: () => ids.next(), redactor })
  const { journal, backend } = keep({ normalise, logger: watched.logger, now, onStoreWrite: metrics?.storeWrite })
  const parts = { journal, normalise, now, refuse: refuseUnrecorded, activeTrace: createActiveTrace() }
  const capture = createCapture({ ...parts, ids, redactor, swallowed: swallowed.note }, config)
  const record = createRecord({ ...parts, backend })
  const changes = createChanges({ journal, backend, normalise, redactor, capture, swallowed, now })
  const { status, health, doctor } = createOperations(config, { journal, backend, swallowed, watched, metrics, now })
  const reads = createViewedRecorder({ capture, record: (event) => journal.outcome(encodeRow(normalise(event))) })
  const doors = { viewed: reads, accept: (event: EventInput) => record(event, undefined, undefined) }
  const api = createApi({ query: backend.query, health, ...doors, report: swallowed.note, now }, apiOptions(config))
  return {
    capture: capture.capture,
    of: (req) => handleOn(capture.of(req), record),
    exempt: capture.exempt,
    handles: ({ path }) => api.knows(path),
    handle: api.handle,
    record: (event, how) => record(event, how, currentScope()),
    run: runWithDefaults,
    watch: (source, entities = {}) => changes.watch(source, entities),
    changes: (manager, entity, ...[criteria, fn]) => changes.measure(manager, { entity, criteria }, fn),
    query: (filter, page) => listed(backend.query, filter, page),
    stream: (filter, how) => streamed(backend.query, filter, how),
    get: (id) => getById(backend.query, id),
    start: () => backend.start(),
    flush: () => journal.written().then(() => backend.flush()),
    stop: () => backend.stop().finally(() => [changes, metrics].forEach((part) => part?.stop())),
    quarantine: backend.quarantine,
    status,
    doctor,
  }
}

function apiOptions({ authorize, apiTimeoutMs, cacheEntries }: ResolvedOptions): ApiOptions {
  return { timeoutMs: apiTimeoutMs, cacheEntries, ...(authorize !== undefined && { authorize }) }
}

function listed(
  query: Backend['query'],
  { workspace, ...filter }: EventFilter & { readonly workspace: string },
  { limit = 50, offset = 0, cursor }: Partial<PageRequest> = {},
): Promise<ActivityPage> {
  return query.list(filter, { limit, offset, ...(cursor !== undefined && { cursor }) }, workspace)
}

async function getById(query: Backend['query'], id: string): Promise<StoredEvent | undefined> {
  const uuid = readId(id)
  return uuid === undefined ? undefined : query.get(uuid, '*')
}

type ChangesParts = Keeping & Omit<Common, 'logger'> & { redactor: Redactor; capture: Capture; swallowed: Swallowed }

function createChanges({ journal, backend, capture, swallowed, ...common }: ChangesParts): EntityChanges {
  return createEntityChanges({
    ...common,
    request: () => capture.current(),
    writeIn: (manager, texts) => backend.recordGently(manager, texts),
    accept: (text) => journal.outcome(text),
    swallowed: swallowed.note,
  })
}

type Record = (event: EventInput, options: RecordOptions | undefined, scope: Scope | undefined) => Promise<string>

type RecordParts = Keeping & Pick<Common, 'normalise'> & { readonly activeTrace: ActiveTrace | undefined }

function createRecord({ journal, backend, normalise, activeTrace }: RecordParts): Record {
  return async (event, { manager } = {}, scope) => {
    if (backend.isStopped())
      throw new ActrailError('ERR_TRAIL_STOPPED', 'The trail is stopped: record before trail.stop().')
    const traceId = activeTrace?.()
    const row = normalise({ ...(traceId !== undefined && { traceId }), ...scope?.inherited(), ...readEvent(event) })
    if (manager === undefined) {
      journal.outcome(encodeRow(row))
      await journal.written()
      if ((await journal.admit?.()) === false) throw unsynced()
    } else await backend.recordIn(manager, encodeRow(row))
    return showId(row.id)
  }
}

function unsynced(): ActrailError {
  const message =
    'The disk did not take the event; it is in memory, and stored if the process lives. See status().journal.'
  return new ActrailError('ERR_JOURNAL_UNAVAILABLE', message)
}

function handleOn(scope: Scope, record: Record): RequestHandle {
  return {
    annotate: (annotation) => scope.annotate(annotation),
    skip: () => scope.skip(),
    record: (event, how) => record(event, how, scope),
  }
}
