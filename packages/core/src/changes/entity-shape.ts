import type { EntityMetadata } from 'typeorm'
import type { FieldChange } from '../context/diff'
import type { Json } from '../model/event'
import type { AuditedEntityOptions } from './audited-entity'

/** A column as TypeORM describes it. */
export type ColumnMetadata = EntityMetadata['columns'][number]

/** An entity as the log shows it. */
export interface EntityShape {
  readonly type: string
  /** The columns that are shown, each with the name of its field. */
  readonly fields: ReadonlyMap<ColumnMetadata, string>
  /** What tells that a row is softly deleted. */
  readonly deletedAt: ColumnMetadata | undefined
  /** The id of the first image that has one; the parts of a composite one are joined by `/`. */
  idOf(...images: readonly Image[]): string
}

/** An entity or a row, before or after; undefined when there is none. */
export type Image = object | undefined

/** Makes any value of a column short, storable JSON. */
export type Show = (value: unknown) => Json

/** Bytes of JSON that one side of one field may take. */
const SHOWN_BYTES = 2_048

/** What the log shows of an entity: what a user or a program gave it, not what the database keeps beside. */
export function shapeOf(metadata: EntityMetadata, { exclude = [], type }: AuditedEntityOptions): EntityShape {
  const excluded = new Set(exclude)
  const fields = new Map<ColumnMetadata, string>()
  for (const column of metadata.columns) {
    const name = nameOf(column)
    const isExcluded = [column.propertyPath, name, name.split('.')[0] ?? name].some((path) => excluded.has(path))
    if (isShown(column) && !isExcluded) fields.set(column, name)
  }
  return {
    type: type ?? kebab(metadata.name.replace(/(.)Entity$/, '$1')),
    fields,
    deletedAt: metadata.deleteDateColumn,
    idOf(...images) {
      const image = images.find((each) => valueOf(metadata.primaryColumns[0], each) !== undefined)
      return metadata.primaryColumns.map((column) => idText(valueOf(column, image))).join('/')
    },
  }
}

// What is not selected by default is not for everybody's eyes, and TypeORM does not load it, so its old value is not known.
function isShown(column: ColumnMetadata): boolean {
  if (!column.isSelect || column.isVirtualProperty || column.isDiscriminator) return false
  if (column.isCreateDate || column.isUpdateDate || column.isVersion || column.isTreeLevel) return false
  // A virtual column is in the table but not in the class: a foreign key, which counts, or upkeep of a tree.
  return column.relationMetadata === undefined ? !column.isVirtual && !column.isPrimary : true
}

/** A foreign key is called as its relation is. */
function nameOf({ relationMetadata, referencedColumn, isVirtual, propertyPath }: ColumnMetadata): string {
  if (relationMetadata === undefined || !isVirtual) return propertyPath
  const isComposite = relationMetadata.joinColumns.length > 1 && referencedColumn !== undefined
  return isComposite
    ? `${relationMetadata.propertyPath}.${referencedColumn.propertyName}`
    : relationMetadata.propertyPath
}

const kebab = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()

function idText(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

/** The value of a column in an entity or row; `undefined` when it was not loaded. */
export function valueOf(column: ColumnMetadata | undefined, image: Image): unknown {
  return column === undefined ? undefined : (column.getEntityValue(image ?? {}) as unknown)
}

/** The change of one field, with the sides that there are: an empty side of a row that comes or goes says nothing. */
export function fieldChange(sides: { old?: unknown; new?: unknown }, show: Show): FieldChange | undefined {
  const change: { old?: Json; new?: Json } = {}
  for (const side of ['old', 'new'] as const) if (sides[side] !== undefined) change[side] = show(sides[side])
  if (Object.keys(sides).length > 1) return Object.keys(change).length === 0 ? undefined : change
  return (change.old ?? change.new) == null ? undefined : change
}

/** What the redactor makes of a value, capped: text is clipped, other JSON named by its size, an expression of SQL named. */
export function createShow(redactor: {
  value(value: unknown): Json
  text(text: string, maxBytes?: number): string
}): Show {
  return (value) => {
    if (typeof value === 'function') return '[expression]'
    if (typeof value === 'string') return redactor.text(value, SHOWN_BYTES)
    const shown = redactor.value(value)
    if (typeof shown !== 'object' || shown === null) return shown
    const bytes = Buffer.byteLength(JSON.stringify(shown))
    return bytes > SHOWN_BYTES ? `[json ${bytes} bytes]` : shown
  }
}
