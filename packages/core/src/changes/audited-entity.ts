import type { EntityMetadata } from 'typeorm'
import { ActrailError } from '../errors'
import { nearest } from '../model/nearest'

/** How the changes of an entity are shown. */
export interface AuditedEntityOptions {
  /** Properties that are left out, such as `draft` or, of an embedded one, `address.street`. Default: none. */
  readonly exclude?: readonly string[]
  /** The resource type, and the first word of the action. Default: the class in kebab-case, without a final `Entity`. */
  readonly type?: string
}

/** Audited entities by the name of their class or schema; `true` is `{}`. */
export type AuditedEntities = Readonly<Record<string, AuditedEntityOptions | true>>

/** Which entities of a DataSource are audited, and how. */
export interface AuditedRules {
  /** Undefined for an entity that is not audited. */
  of(metadata: EntityMetadata): AuditedEntityOptions | undefined
}

// On the class itself, by a name that copies of this package share: subclasses inherit it, and no registry is needed.
const KEY = Symbol.for('actrail.audited.v1')

/**
 * Marks a TypeORM entity as audited, once its DataSource is given to `trail.watch`. Subclasses are audited too.
 * @example
 * @AuditedEntity({ exclude: ['searchVector'] })
 * @Entity()
 * class Issue {}
 */
export function AuditedEntity(options: AuditedEntityOptions = {}): (target: object) => void {
  return (target) => void Object.defineProperty(target, KEY, { value: options, configurable: true })
}

/** What `AuditedEntity` says of a class, or of one that it extends. */
export function markedOptions({ target }: EntityMetadata): AuditedEntityOptions | undefined {
  return typeof target === 'function' ? (target as { [KEY]?: AuditedEntityOptions })[KEY] : undefined
}

/**
 * Reads which entities are audited: those given by name go before what their class says.
 *
 * @throws ActrailError `ERR_ENTITY_UNKNOWN` for a name or an excluded property that there is not, with the nearest one,
 *   and when nothing is audited at all
 */
export function readAudited(metadatas: readonly EntityMetadata[], given: AuditedEntities): AuditedRules {
  for (const name of Object.keys(given)) {
    const known = metadatas.map((metadata) => metadata.name)
    if (!known.includes(name)) throw unknown(`The DataSource has no entity ${name}.`, name, known)
  }
  const rules = new Map<EntityMetadata, AuditedEntityOptions>()
  for (const metadata of metadatas) {
    const options = givenFor(metadata, given) ?? markedOptions(metadata)
    if (options === undefined) continue
    checkExcluded(metadata, options)
    rules.set(metadata, options)
  }
  if (rules.size === 0) {
    throw new ActrailError(
      'ERR_ENTITY_UNKNOWN',
      'No entity of this DataSource is audited. Put @AuditedEntity() on one, or name it: trail.watch(dataSource, { Issue: true }).',
    )
  }
  return { of: (metadata) => rules.get(metadata) }
}

/** By its own name, else by that of the nearest entity it extends. */
function givenFor({ name, inheritanceTree }: EntityMetadata, given: AuditedEntities): AuditedEntityOptions | undefined {
  const names = [name, ...inheritanceTree.map((target) => (target as { name?: string }).name ?? '')]
  const found = names.find((each) => Object.hasOwn(given, each))
  const options = found === undefined ? undefined : given[found]
  return options === true ? {} : options
}

function checkExcluded({ name, columns, relations }: EntityMetadata, { exclude = [] }: AuditedEntityOptions): void {
  const paths = [...columns, ...relations].map(({ propertyPath }) => propertyPath)
  const known = [...new Set(paths.flatMap((path) => [path, path.split('.')[0] ?? path]))]
  for (const property of exclude) {
    if (!known.includes(property)) throw unknown(`${name} has no property ${property} to exclude.`, property, known)
  }
}

function unknown(what: string, name: string, known: readonly string[]): ActrailError {
  const meant = nearest(name, known)
  const remedy = meant === undefined ? `Known are ${known.join(', ')}.` : `Did you mean ${meant}?`
  return new ActrailError('ERR_ENTITY_UNKNOWN', `${what} ${remedy}`)
}
