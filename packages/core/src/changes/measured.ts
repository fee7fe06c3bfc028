import type {
  EntityManager,
  EntityMetadata,
  EntityTarget,
  FindOptionsWhere,
  ObjectLiteral,
  QueryRunner,
  SelectQueryBuilder,
} from 'typeorm'
import { isDeepStrictEqual } from 'node:util'
import type { ChangedEntity } from '../capture/held-changes'
import { ActrailError } from '../errors'
import { type EntityShape, type Show, valueOf } from './entity-shape'
import { changedColumns, wholeRow } from './subscriber'

/** Which rows `trail.changes` looks at: as TypeORM's `where`. */
export type Criteria<Entity> = FindOptionsWhere<Entity> | FindOptionsWhere<Entity>[]

/** What {@link createMeasured} needs. */
export interface MeasuredDeps {
  shapeOf(metadata: EntityMetadata): EntityShape
  add(runner: QueryRunner, changed: ChangedEntity): Promise<void> | undefined
  readonly show: Show
  readonly now: () => number
}

/** Reads rows before and after a function, in one transaction. */
export interface Measured {
  isMeasured(runner: QueryRunner, metadata: EntityMetadata): boolean
  measure<Entity extends ObjectLiteral, T>(
    manager: EntityManager,
    what: { entity: EntityTarget<Entity>; criteria: Criteria<Entity> },
    fn: (manager: EntityManager) => Promise<T>,
  ): Promise<T>
}

/** Rows that one call may lock and read. */
const ROWS_AT_MOST = 1_000
const ALIAS = 'audited'

/** Makes `trail.changes`: the truth for calls of which TypeORM tells none, for the price of two reads. */
export function createMeasured(deps: MeasuredDeps): Measured {
  const measuring = new WeakMap<QueryRunner, EntityMetadata[]>()

  async function within<T>(runner: QueryRunner, metadata: EntityMetadata, fn: () => Promise<T>): Promise<T> {
    const list = measuring.get(runner) ?? []
    measuring.set(runner, [...list, metadata])
    try {
      return await fn()
    } finally {
      measuring.set(runner, list)
    }
  }

  return {
    isMeasured: (runner, metadata) => measuring.get(runner)?.includes(metadata) === true,
    // Within a transaction this is a savepoint: a function that throws leaves nothing that would have to be told.
    measure: (given, { entity, criteria }, fn) =>
      given.transaction(async (manager) => {
        const runner = manager.queryRunner as QueryRunner
        const { metadata } = manager.getRepository(entity)
        const rows = { manager, metadata, criteria: criteria as Criteria<ObjectLiteral> }
        const before = await lockRows(rows)
        const result = await within(runner, metadata, () => fn(manager))
        const shape = deps.shapeOf(metadata)
        for (const changed of compare(shape, { before, after: await readAgain(rows, before) }, deps.show)) {
          await deps.add(runner, { ...changed, atMs: deps.now() })
        }
        return result
      }),
  }
}

interface Rows {
  readonly manager: EntityManager
  readonly metadata: EntityMetadata
  readonly criteria: Criteria<ObjectLiteral>
}

// In the order of their ids, so that two of these do not wait for each other; soft-deleted rows too, or none is restored.
function select({ manager, metadata }: Rows, where?: Criteria<ObjectLiteral>): SelectQueryBuilder<ObjectLiteral> {
  const owned = metadata.relations.filter(({ isOwning, joinColumns }) => isOwning && joinColumns.length > 0)
  const query = manager.createQueryBuilder(metadata.target, ALIAS).setFindOptions({
    withDeleted: true,
    loadEagerRelations: false,
    loadRelationIds: {
      relations: owned.filter(({ isManyToMany }) => !isManyToMany).map(({ propertyPath }) => propertyPath),
      disableMixedMap: true,
    },
    ...(where !== undefined && { where }),
  })
  for (const { propertyPath } of metadata.primaryColumns) query.addOrderBy(`${ALIAS}.${propertyPath}`)
  return query.limit(ROWS_AT_MOST + 1)
}

async function lockRows(rows: Rows): Promise<ObjectLiteral[]> {
  const found = await select(rows, rows.criteria).setLock('pessimistic_write', undefined, [ALIAS]).getMany()
  if (found.length > ROWS_AT_MOST) throw tooMany(rows)
  return found
}

async function readAgain(rows: Rows, before: readonly ObjectLiteral[]): Promise<ObjectLiteral[]> {
  const same =
    before.length === 0
      ? []
      : await select(rows)
          .whereInIds(before.map((row) => idOf(rows, row)))
          .getMany()
  if (!identifiesRows(rows)) return same
  const matching = await select(rows, rows.criteria).getMany()
  if (matching.length > ROWS_AT_MOST) throw tooMany(rows)
  const known = new Set([...before, ...same].map((row) => JSON.stringify(idOf(rows, row))))
  return [...same, ...matching.filter((row) => !known.has(JSON.stringify(idOf(rows, row))))]
}

/**
 * Whether rows that match only afterwards must be new: their primary or a unique key is what the criteria ask for. By
 * any other column, an old row may have come to match.
 */
function identifiesRows({ metadata, criteria }: Rows): boolean {
  const keys = [
    metadata.primaryColumns,
    ...metadata.uniques.map(({ columns }) => columns),
    ...metadata.indices.filter(({ isUnique, where }) => isUnique && where === undefined).map(({ columns }) => columns),
  ]
  return [criteria]
    .flat()
    .every((where) =>
      keys.some((columns) => columns.length > 0 && columns.every(({ propertyName }) => propertyName in where)),
    )
}

const idOf = ({ metadata }: Pick<Rows, 'metadata'>, row: ObjectLiteral): ObjectLiteral =>
  metadata.getEntityIdMap(row) as ObjectLiteral

function* compare(
  shape: EntityShape,
  rows: { before: readonly ObjectLiteral[]; after: readonly ObjectLiteral[] },
  show: Show,
): Generator<Omit<ChangedEntity, 'atMs'>> {
  const after = new Map(rows.after.map((row) => [shape.idOf(row), row]))
  for (const before of rows.before) {
    const id = shape.idOf(before)
    const now = after.get(id)
    after.delete(id)
    if (now === undefined) yield wholeRow(shape, { before }, show)
    else yield* changedRow(shape, { before, after: now }, show)
  }
  for (const now of after.values()) yield wholeRow(shape, { after: now }, show)
}

function* changedRow(
  shape: EntityShape,
  { before, after }: { before: ObjectLiteral; after: ObjectLiteral },
  show: Show,
): Generator<Omit<ChangedEntity, 'atMs'>> {
  const columns = [...shape.fields.keys(), ...(shape.deletedAt === undefined ? [] : [shape.deletedAt])]
  const differing = columns.filter((column) => !isDeepStrictEqual(valueOf(column, before), valueOf(column, after)))
  const changed = changedColumns(shape, { columns: differing, before, after }, show)
  if (changed !== undefined) yield changed
}

function tooMany({ metadata }: Rows): ActrailError {
  return new ActrailError(
    'ERR_CHANGES_TOO_MANY',
    `More than ${ROWS_AT_MOST} rows of ${metadata.name} match: trail.changes reads and locks each of them. Nothing was changed. Work in portions, or make the change by itself and say what it did by trail.record().`,
  )
}
