import { showId } from './id'
import type { StoredEvent } from './event'

/** How the cells of a column are written; only `text` can hold what a spreadsheet takes for a formula. */
export type CsvCell = 'text' | 'plain' | 'json' | 'time'

/** The columns of an exported table: the name in the file, the member of the event, and what its cells hold. */
export const CSV_COLUMNS: readonly (readonly [name: string, member: keyof StoredEvent, cell: CsvCell])[] = [
  ['id', 'id', 'plain'],
  ['timestamp', 'occurred_at', 'time'],
  ['workspace_id', 'workspace_id', 'text'],
  ['workspace_seq', 'workspace_seq', 'plain'],
  ['action', 'action', 'text'],
  ['verb', 'verb', 'text'],
  ['result', 'result', 'plain'],
  ['status_code', 'status_code', 'plain'],
  ['actor_type', 'actor_type', 'text'],
  ['actor_id', 'actor_id', 'text'],
  ['actor_email', 'actor_email', 'text'],
  ['actor_name', 'actor_name', 'text'],
  ['on_behalf_of', 'on_behalf_of', 'json'],
  ['resource_type', 'resource_type', 'text'],
  ['resource_id', 'resource_id', 'text'],
  ['resource_name', 'resource_name', 'text'],
  ['project', 'project', 'text'],
  ['issue_id', 'issue_id', 'text'],
  ['ip_address', 'ip', 'plain'],
  ['user_agent', 'user_agent', 'text'],
  ['request_id', 'request_id', 'text'],
  ['trace_id', 'trace_id', 'plain'],
  ['source', 'source', 'text'],
  ['duration_us', 'duration_us', 'plain'],
  ['context', 'context', 'json'],
  ['details', 'details', 'json'],
  ['changes', 'changes', 'json'],
  ['recorded_at', 'recorded_at', 'time'],
  ['log_index', 'log_index', 'plain'],
  ['leaf_hash', 'leaf_hash', 'plain'],
]

/** The first line of an exported table, with its line end. */
export const CSV_HEADER = `${CSV_COLUMNS.map(([name]) => name).join(',')}\r\n`

/** What makes a spreadsheet take a cell for a formula, in both widths. */
export const FORMULA_STARTS = '=+-@\t\r\n＝＋－＠'

/**
 * An event as one line of RFC 4180, with its line end. What would be a formula has a quote in front and so stays a text.
 * Logs in memory are written by this; the database writes its own, `CSV_LINE`, and a test holds the two together.
 */
export function csvLine(event: StoredEvent): string {
  return `${CSV_COLUMNS.map(([, member, cell]) => cellOf(event, member, cell)).join(',')}\r\n`
}

function cellOf(event: StoredEvent, member: keyof StoredEvent, cell: CsvCell): string {
  const value = event[member]
  if (value === undefined) return ''
  if (member === 'id') return showId(event.id)
  if (cell === 'time') return new Date(Number(value)).toISOString()
  if (cell === 'json') return quoted(JSON.stringify(value))
  if (typeof value === 'object') return ''
  const text = String(value)
  return cell === 'plain' ? text : quoted(FORMULA_STARTS.includes(text.charAt(0)) ? `'${text}` : text)
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
