import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A row of somebody's own audit table. */
export interface OldRow {
  readonly id: number
  readonly created_at: string
  readonly user_email: string
  readonly entity: string
  readonly entity_id: string
  readonly verb: string
  readonly status: string
  readonly comment: string
}

/** 2019-03-01T00:00:00Z; a row every seven minutes from then on. */
export const OLD_MS = Date.UTC(2019, 2, 1)
const STEP_MS = 7 * 60_000
const VERBS = ['created', 'updated', 'deleted']

/** Rows of such a table; comments hold quotes, line ends and what a spreadsheet takes for a formula. */
export function oldRows(count: number, from = 1): OldRow[] {
  return Array.from({ length: count }, (_, at) => {
    const id = from + at
    return {
      id,
      created_at: new Date(OLD_MS + id * STEP_MS).toISOString().replace('T', ' ').slice(0, 19),
      user_email: `user${id % 13}@example.com`,
      entity: id % 2 === 0 ? 'Ticket' : 'Project',
      entity_id: `e${id % 101}`,
      verb: VERBS[id % VERBS.length] ?? '',
      status: id % 10 === 0 ? 'ERR' : 'OK',
      comment: id % 5 === 0 ? `=line "${id}",\nand another` : '',
    }
  })
}

/** How they become events. */
export const OLD_MAPPING = {
  source: 'crm.audit',
  key: 'id',
  occurredAt: { column: 'created_at', zone: 'UTC' },
  action: { template: '{entity}.{verb}', map: { 'Ticket.created': 'issue.created' } },
  workspace: { constant: 'acme' },
  actor: { type: { constant: 'user' }, email: 'user_email' },
  resource: { type: 'entity', id: 'entity_id' },
  result: { column: 'status', map: { OK: 'success', ERR: 'failure' } },
  details: ['comment'],
}

/** Writes the rows as CSV, and the mapping, into a folder; answers the names of both. */
export function writeOld(folder: string, rows: readonly OldRow[], delimiter = ','): { csv: string; mapping: string } {
  const quoted = (text: string | number): string => `"${String(text).replaceAll('"', '""')}"`
  const lines = rows.map((row) => Object.values(row).map(quoted).join(delimiter))
  const head = Object.keys(rows[0] ?? {}).join(delimiter)
  writeFileSync(join(folder, 'audit.csv'), `\ufeff${[head, ...lines].join('\r\n')}\r\n`)
  writeFileSync(join(folder, 'audit.json'), JSON.stringify(OLD_MAPPING))
  return { csv: 'audit.csv', mapping: 'audit.json' }
}
