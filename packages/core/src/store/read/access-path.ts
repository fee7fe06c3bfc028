import type { FilterTerms } from '../../filter/filter'

/**
 * The indexes of a shard, by the suffix of their names: `event_7_actor`. All end in `workspace_seq` but `search`, which
 * knows no order, and which a log need not have.
 */
export type ShardIndex =
  'seq' | 'actor' | 'action' | 'resource' | 'issue' | 'email' | 'ip' | 'project' | 'failed' | 'search'

/**
 * How a list gets at its rows: by one index, newest first, for each of a few values of one column. What the index does
 * not guarantee stays as a condition on the row.
 */
export interface AccessPath {
  readonly index: ShardIndex
  /** Column and values that the index is entered with; none for `seq`. */
  readonly column?: string
  readonly values?: readonly string[]
  /** Further conditions that belong to the index, as SQL over the row `e`; `bind` gives parameters. */
  readonly also?: (bind: (value: unknown) => string) => string
  /** What the searched text is like, all of it: for `search` only. */
  readonly patterns?: readonly string[]
  /** Terms of the filter that the index guarantees. */
  readonly covers: readonly (keyof FilterTerms)[]
}

/** The way through the log itself: every row of the workspace, newest first. */
export const LOG_PATH: AccessPath = { index: 'seq', covers: [] }

/** More values than this are not worth one descent of the index each. */
export const MOST_VALUES = 24

/** Entering an index by `values`, or `undefined` when they are too many. */
export function pathBy(
  index: ShardIndex,
  values: readonly string[],
  covers: readonly (keyof FilterTerms)[],
): AccessPath | undefined {
  const column = COLUMNS[index]
  const distinct = [...new Set(values)] // a value that stood twice would find its rows twice
  if (column === undefined || distinct.length === 0 || distinct.length > MOST_VALUES) return undefined
  // The planner takes a partial index only where its condition is spelled out.
  const isFailed = index === 'failed'
  return { index, column, values: distinct, covers, ...(isFailed && { also: () => `e.result <> 'success'` }) }
}

const COLUMNS: Partial<Record<ShardIndex, string>> = {
  actor: 'e.actor_id',
  action: 'e.action',
  resource: 'e.resource_type',
  issue: 'e.issue_id',
  email: 'e.actor_email',
  ip: 'e.ip',
  project: 'e.project',
  failed: 'e.result',
}

/**
 * The paths that a filter's own values open, the one that is narrow for most logs first. Never empty: the log itself is
 * the last. For terms that are possible, see `possibleTerms`.
 */
export function pathsOf(terms: FilterTerms): readonly [AccessPath, ...AccessPath[]] {
  const paths = [
    terms.issue !== undefined && pathBy('issue', [terms.issue], ['issue']),
    resourcePath(terms),
    terms.actorEmails && pathBy('email', terms.actorEmails, ['actorEmails']),
    terms.actorId !== undefined && pathBy('actor', [terms.actorId], ['actorId']),
    terms.ip !== undefined && pathBy('ip', [terms.ip], ['ip']),
    failedPath(terms),
    terms.project !== undefined && pathBy('project', [terms.project], ['project']),
    actionPath(terms),
  ].filter((path) => path !== undefined && path !== false)
  const [first, ...rest] = paths
  return first ? [first, ...rest, LOG_PATH] : [LOG_PATH]
}

function resourcePath({ resourceTypes, resourceId }: FilterTerms): AccessPath | undefined {
  if (resourceTypes === undefined || resourceId === undefined) return undefined
  const path = pathBy('resource', resourceTypes, ['resourceTypes', 'resourceId'])
  return path && { ...path, also: (bind) => `e.resource_id = ${bind(resourceId)}` }
}

function failedPath({ results }: FilterTerms): AccessPath | undefined {
  return results?.includes('success') === false ? pathBy('failed', results, ['results']) : undefined
}

// Only for actions named in full: verbs and globs become actions by way of the rollups.
function actionPath({ actions }: FilterTerms): AccessPath | undefined {
  const named = actions?.flatMap((term) => (term.kind === 'exact' ? [term.action] : []))
  if (actions === undefined || named?.length !== actions.length) return undefined
  return pathBy('action', named, ['actions'])
}

/**
 * The way through the index of trigrams, to rows that may meet `search`; `undefined` when the text has no three ASCII
 * letters or digits in a row. What other letters are depends on the database's locale, so they are left to the filter.
 */
export function searchPath({ search }: FilterTerms): AccessPath | undefined {
  const runs = [...new Set(search?.match(/[a-z0-9]{3,}/g) ?? [])].slice(0, MOST_PATTERNS)
  return runs.length === 0 ? undefined : { index: 'search', patterns: runs.map((run) => `%${run}%`), covers: [] }
}

/** Enough to tell one row from all others. */
const MOST_PATTERNS = 8
