import type { EntityMetadata, EntitySubscriberInterface, ObjectLiteral, QueryRunner, RelationMetadata } from 'typeorm'
import type { ChangedEntity } from '../capture/held-changes'
import { type ColumnMetadata, type EntityShape, fieldChange, type Image, type Show, valueOf } from './entity-shape'
import type { Transactions } from './transactions'

/** What a subscriber needs. */
export interface SubscriberDeps {
  readonly transactions: Transactions
  /** Undefined for an entity that is not audited. */
  shapeOf(metadata: EntityMetadata): EntityShape | undefined
  /** Takes a change of the given runner's transaction. */
  add(runner: QueryRunner, changed: ChangedEntity): Promise<void> | undefined
  /** Whether `trail.changes` is looking after this entity itself. */
  isMeasured(runner: QueryRunner, metadata: EntityMetadata): boolean
  readonly show: Show
  readonly now: () => number
  swallowed(error: unknown): void
}

interface Written {
  readonly queryRunner: QueryRunner
  readonly metadata: EntityMetadata
  readonly databaseEntity?: ObjectLiteral | undefined
}

/**
 * Listens to the calls for which TypeORM tells the truth: `save`, `remove`, `softRemove` and `recover`. The same hooks
 * are called by `insert`, `update`, `delete` and query builders, without the row before or even the row's id; those are
 * told apart by what they lack, and left alone. Nothing here throws into the host's write.
 */
export function createSubscriber(deps: SubscriberDeps): EntitySubscriberInterface<ObjectLiteral> {
  const { transactions } = deps

  function take(written: Written, read: (shape: EntityShape) => Omit<ChangedEntity, 'atMs'> | undefined) {
    return guarded(() => {
      const { queryRunner, metadata } = written
      const shape = deps.shapeOf(metadata)
      if (shape === undefined || deps.isMeasured(queryRunner, metadata)) return undefined
      const changed = read(shape)
      return changed && deps.add(queryRunner, { ...changed, atMs: deps.now() })
    })
  }

  function guarded<T>(fn: () => T): T | undefined {
    try {
      return fn()
    } catch (error) {
      deps.swallowed(error)
      return undefined
    }
  }

  return {
    // `insert` and `upsert` come without an id: TypeORM does not know it, nor whether a row was there.
    afterInsert: (event) =>
      event.entityId && take(event, (shape) => wholeRow(shape, { after: event.entity }, deps.show)),
    afterUpdate: (event) => event.databaseEntity && take(event, (shape) => updatedRow(shape, event, deps.show)),
    afterRemove: (event) => event.databaseEntity && take(event, (shape) => removedRow(shape, event, deps.show)),
    afterSoftRemove: (event) => event.databaseEntity && take(event, (shape) => markedRow(shape, event, deps.show)),
    afterRecover: (event) => event.databaseEntity && take(event, (shape) => markedRow(shape, event, deps.show)),
    afterTransactionStart: ({ queryRunner }) => guarded(() => transactions.started(queryRunner)),
    beforeTransactionCommit: ({ queryRunner }) => guarded(() => transactions.committing(queryRunner)),
    afterTransactionCommit: ({ queryRunner }) => guarded(() => transactions.committed(queryRunner)),
    beforeTransactionRollback: ({ queryRunner }) => guarded(() => transactions.rolledBack(queryRunner)),
    // Postgres answers the commit of a transaction in which a statement failed by rolling it back, without an error.
    afterQuery: ({ query, rawResults, queryRunner }) => {
      if (query === 'COMMIT' && (rawResults as { command?: unknown } | undefined)?.command === 'ROLLBACK') {
        transactions.failed(queryRunner)
      }
    },
  }
}

type Changed = Omit<ChangedEntity, 'atMs'>

/** A row that came or went, in the fields that are not empty. */
export function wholeRow(
  shape: EntityShape,
  { before, after }: { before?: Image; after?: Image },
  show: Show,
): Changed {
  const changes: Record<string, unknown> = {}
  for (const [column, name] of shape.fields) {
    const value = valueOf(column, before ?? after)
    const change = fieldChange(before === undefined ? { new: value } : { old: value }, show)
    if (change !== undefined) changes[name] = change
  }
  const resource = { type: shape.type, id: shape.idOf(before, after) }
  return { operation: before === undefined ? 'create' : 'delete', resource, changes: changes as Changed['changes'] }
}

interface Update {
  readonly entity?: ObjectLiteral | undefined
  readonly databaseEntity: ObjectLiteral
  readonly updatedColumns: readonly ColumnMetadata[]
  readonly updatedRelations: readonly RelationMetadata[]
}

// Only what TypeORM found to differ: an entity that was saved in part has null where it had nothing.
function updatedRow(shape: EntityShape, update: Update, show: Show): Changed | undefined {
  const { entity, databaseEntity, updatedColumns, updatedRelations } = update
  const columns = [...updatedColumns, ...updatedRelations.flatMap((relation) => relation.joinColumns)]
  return changedColumns(shape, { columns, before: databaseEntity, after: entity }, show)
}

/** A row that is still there, in the given columns; undefined when none of them is shown. */
export function changedColumns(
  shape: EntityShape,
  { columns, before, after }: { columns: Iterable<ColumnMetadata>; before: Image; after: Image },
  show: Show,
): Changed | undefined {
  const changes: Record<string, unknown> = {}
  for (const column of columns) {
    const name = shape.fields.get(column)
    if (name === undefined) continue
    const change = fieldChange({ old: valueOf(column, before), new: valueOf(column, after) ?? null }, show)
    if (change !== undefined) changes[name] = change
  }
  const resource = { type: shape.type, id: shape.idOf(before, after) }
  const operation = operationOf(shape, columns, after)
  return Object.keys(changes).length === 0 && operation === 'update'
    ? undefined
    : { operation, resource, changes: changes as Changed['changes'] }
}

function operationOf(
  { deletedAt }: EntityShape,
  columns: Iterable<ColumnMetadata>,
  after: Image,
): Changed['operation'] {
  if (deletedAt === undefined || ![...columns].includes(deletedAt)) return 'update'
  return valueOf(deletedAt, after) == null ? 'restore' : 'soft_delete'
}

// TypeORM has taken the id off the entity. The row before has no foreign keys; those that the entity knew count.
function removedRow(shape: EntityShape, event: { entity?: Image; databaseEntity: Image }, show: Show): Changed {
  const { entity, databaseEntity } = event
  const removed = wholeRow(shape, { before: databaseEntity ?? {} }, show)
  const known = wholeRow(shape, { before: entity ?? {} }, show)
  const keys = [...shape.fields].filter(([column]) => column.relationMetadata !== undefined).map(([, name]) => name)
  const owned = keys.flatMap((name) =>
    known.changes[name] === undefined ? [] : [[name, known.changes[name]] as const],
  )
  return { ...removed, changes: { ...Object.fromEntries(owned), ...removed.changes } }
}

function markedRow(
  shape: EntityShape,
  event: { entity?: Image; databaseEntity: Image },
  show: Show,
): Changed | undefined {
  const { entity, databaseEntity } = event
  const { deletedAt } = shape
  if (deletedAt === undefined) return undefined
  const isMarked = valueOf(deletedAt, databaseEntity) != null
  if (isMarked === (valueOf(deletedAt, entity) != null)) return undefined
  return changedColumns(shape, { columns: [deletedAt], before: databaseEntity, after: entity }, show)
}
