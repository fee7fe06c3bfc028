import type { DataSource, EntityManager, EntityMetadata, EntitySubscriberInterface, QueryRunner } from 'typeorm'
import { type ChangedEntity, eventOfChange } from '../capture/held-changes'
import { currentScope } from '../context/scope'
import { ActrailError } from '../errors'
import { encodeRow } from '../ledger/row'
import type { EventInput, EventRow } from '../model/event'
import type { Redactor } from '../redact/redactor'
import { type AuditedEntities, type AuditedRules, markedOptions, readAudited } from './audited-entity'
import { createShow, type EntityShape, shapeOf } from './entity-shape'
import { createMeasured, type Measured } from './measured'
import { createSubscriber } from './subscriber'
import { createTransactions, type Destination, type OpenRequest } from './transactions'

/** What follows the entities of a host. */
export interface EntityChanges {
  watch(source: DataSource, given: AuditedEntities): void
  readonly measure: Measured['measure']
  /** Lets go of every DataSource. */
  stop(): void
}

/** What entity changes are recorded by. */
export interface EntityChangesDeps extends Omit<Destination, 'encode'> {
  /** The captured request of the async context. */
  request(): OpenRequest | undefined
  readonly normalise: (event: EventInput) => EventRow
  readonly redactor: Redactor
  readonly now: () => number
}

interface Watched {
  readonly subscriber: EntitySubscriberInterface
  readonly rules: AuditedRules
  readonly shapes: Map<EntityMetadata, EntityShape | undefined>
}

const NOTHING_AUDITED: AuditedRules = { of: () => undefined }

/** Puts together what follows entities: rules, a subscriber for each DataSource, and the changes of open transactions. */
export function createEntityChanges(deps: EntityChangesDeps): EntityChanges {
  const watched = new Map<DataSource, Watched>()
  const show = createShow(deps.redactor)
  const add = createAdd(deps)
  const measured = createMeasured({
    shapeOf: (metadata) =>
      shapeIn(watched.get(sourceOf(metadata)), metadata) ?? shapeOf(metadata, markedOptions(metadata) ?? {}),
    ...{ add: add.take, show, now: deps.now },
  })

  function attach(source: DataSource, rules: AuditedRules): void {
    detach(source)
    const { transactions, take } = add
    const shapes: Watched['shapes'] = new Map()
    const subscriber = createSubscriber({
      ...{ transactions, add: take, show, now: deps.now, swallowed: deps.swallowed },
      shapeOf: (metadata) => shapeIn({ rules, shapes }, metadata),
      isMeasured: (runner, metadata) => measured.isMeasured(runner, metadata),
    })
    watched.set(source, { rules, shapes, subscriber })
    source.subscribers.push(subscriber)
  }

  function detach(source: DataSource): void {
    const at = source.subscribers.findIndex((each) => each === watched.get(source)?.subscriber)
    if (at >= 0) source.subscribers.splice(at, 1)
    watched.delete(source)
  }

  return {
    watch(source, given) {
      if (!source.isInitialized) throw closed()
      attach(source, readAudited(source.entityMetadatas, given))
    },
    // TypeORM must tell of the end of the transaction, also where nobody called watch.
    measure(manager, what, fn) {
      const source = sourceOf(manager)
      if (!watched.has(source)) attach(source, NOTHING_AUDITED)
      return measured.measure(manager, what, fn)
    },
    stop: () => [...watched.keys()].forEach(detach),
  }
}

function createAdd(deps: EntityChangesDeps) {
  const { normalise } = deps
  const transactions = createTransactions({
    ...deps,
    encode: (changed, inherited) => encodeRow(normalise({ ...inherited, ...eventOfChange(changed) })),
  })
  return {
    transactions,
    take: (runner: QueryRunner, changed: ChangedEntity) =>
      transactions.add(runner, { changed, request: deps.request(), inherited: currentScope()?.inherited() ?? {} }),
  }
}

function shapeIn(watched: Omit<Watched, 'subscriber'> | undefined, metadata: EntityMetadata): EntityShape | undefined {
  if (watched === undefined) return undefined
  const { rules, shapes } = watched
  if (!shapes.has(metadata)) {
    const options = rules.of(metadata)
    shapes.set(metadata, options && shapeOf(metadata, options))
  }
  return shapes.get(metadata)
}

/** 0.3 calls its data source `connection`, 1.x `dataSource`. */
function sourceOf(part: EntityManager | EntityMetadata): DataSource {
  const { dataSource, connection } = part as { dataSource?: DataSource; connection?: DataSource }
  return (dataSource ?? connection) as DataSource
}

function closed(): ActrailError {
  return new ActrailError(
    'ERR_DATASOURCE_CLOSED',
    'trail.watch needs a DataSource that is initialized: TypeORM forgets subscribers that were added before. Call it after dataSource.initialize().',
  )
}
