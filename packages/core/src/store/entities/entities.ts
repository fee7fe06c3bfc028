import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm'
import { COLUMNS, type ColumnType } from './columns'

/**
 * TypeORM's view of our tables. All carry `synchronize: false`: a host that lists them beside its own entities gets
 * nothing of ours into its `migration:generate`. The tables themselves come from our migrations.
 */
export function entitiesFor(schema: string): EntitySchema[] {
  return Object.entries(COLUMNS).map(
    ([table, columns]) =>
      new EntitySchema({
        name: `actrail_${table}`,
        tableName: table,
        schema,
        synchronize: false,
        columns: Object.fromEntries(
          Object.entries(columns).map(([name, type]) => [name, columnOptions(type as ColumnType)]),
        ),
      }),
  )
}

/** `*` marks the primary key, `?` a column that may be null, `[]` an array. */
function columnOptions(type: ColumnType): EntitySchemaColumnOptions {
  const isPrimary = type.endsWith('*')
  const isNullable = type.endsWith('?')
  const name = type.replace(/\*|\?|\[\]/g, '') as NonNullable<EntitySchemaColumnOptions['type']>
  return {
    type: name,
    ...(isPrimary && { primary: true }),
    ...(isNullable && { nullable: true }),
    ...(type.endsWith('[]') && { array: true }),
  }
}
