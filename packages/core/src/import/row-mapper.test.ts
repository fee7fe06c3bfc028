import { readMapping } from './read-mapping'
import { createRowMapper } from './row-mapper'

const COLUMNS = [
  'id',
  'at',
  'who',
  'mail',
  'verb',
  'thing',
  'thing_id',
  'status',
  'ip',
  'ms',
  'note',
  'diff',
  'f',
  'o',
  'n',
]
const small = { source: 'crm', key: 'id', occurredAt: 'at', action: 'verb' }
const row = { id: '42', at: '2019-05-05T10:00:00Z', verb: 'edit' }

const mapped = (mapping: object, given: object) =>
  createRowMapper(readMapping(JSON.stringify({ ...small, ...mapping })), COLUMNS)({ ...row, ...given })
const event = (mapping: object, given: object = {}) => mapped(mapping, given).event

it('maps columns, constants, templates and values', () => {
  const mapping = {
    action: { template: '{thing}.{verb}', map: { 'Ticket.edit': 'issue.updated' } },
    workspace: { constant: 'acme' },
    actor: { type: { column: 'who', map: { robot: null }, default: 'user' }, email: 'mail' },
    resource: { type: { column: 'thing', map: { Ticket: 'issue' }, otherwise: 'thing' }, id: 'thing_id' },
    result: { column: 'status', map: { OK: 'success', ERR: 'failure' } },
    statusCode: { constant: 204 },
    details: ['note'],
    context: { legacy: { constant: true }, raw: { column: 'diff', json: true } },
  }
  const given = { thing: 'Ticket', thing_id: 7, mail: 'a@b.example', status: 'ERR', note: 'x', diff: '{"a":1}' }
  expect(event(mapping, given)).toEqual({
    action: 'issue.updated',
    actor: { type: 'user', email: 'a@b.example' },
    context: { legacy: true, raw: { a: 1 }, imported: { source: 'crm', row: '42' } },
    details: { note: 'x' },
    occurredAt: Date.UTC(2019, 4, 5, 10),
    resource: { type: 'issue', id: '7' },
    result: 'failure',
    source: 'import',
    statusCode: 204,
    workspace: 'acme',
  })
  expect(event(mapping, { ...given, who: 'robot', thing: 'Door' })).toMatchObject({
    actor: { email: 'a@b.example' },
    action: 'Door.edit',
    resource: { type: 'thing' },
  })
})

it('takes changes as JSON, field by field, or one field a row', () => {
  expect(event({ changes: 'diff' }, { diff: '{"a":{"old":1,"new":2}}' }).changes).toEqual({ a: { old: 1, new: 2 } })
  expect(event({ changes: 'diff' }, { diff: { a: 2 } }).changes).toEqual({ a: 2 })
  const fields = { fields: { status: { old: 'o', new: 'n' }, same: { old: 'f', new: 'f' } } }
  expect(event({ changes: fields }, { o: 'open', f: 'x' }).changes).toEqual({ status: { old: 'open', new: null } })
  const one = { field: 'f', old: 'o', new: 'n' }
  expect(event({ changes: one }, { f: 'title', n: 'B' }).changes).toEqual({ title: { old: null, new: 'B' } })
  expect(event({ changes: one }).changes).toBeUndefined()
})

it('keeps what fits no column of the log beside the event', () => {
  const given = { ip: 'localhost', ms: '12.6', status: 'n/a' }
  const { ip, durationUs, statusCode, context } = event({ ip: 'ip', durationUs: 'ms', statusCode: 'status' }, given)
  expect({ ip, durationUs, statusCode }).toEqual({ ip: undefined, durationUs: 13, statusCode: undefined })
  expect(context).toEqual({ imported: { source: 'crm', row: '42', unread: { ip: 'localhost', statusCode: 'n/a' } } })
})

it('keeps numbers, truths and JSON of a database as they are in details', () => {
  const details = { note: 'note', f: { column: 'f', map: { 1: 'one' } }, gone: 'o' }
  expect(event({ details }, { note: { deep: [1] }, f: 1, o: null }).details).toEqual({ note: { deep: [1] }, f: 'one' })
  expect(event({ details: ['note'] }, { note: 7 }).details).toEqual({ note: 7 })
})

it('gives a row the same id again, and others to another key, time and source', () => {
  const id = (mapping: object, given: object) => mapped(mapping, given).id
  expect(id({}, {})).toBe(id({ details: ['note'] }, { note: 'changed' }))
  expect(new Set([id({}, {}), id({}, { id: 43 }), id({}, { at: '2019-05-06' }), id({ source: 'b' }, {})]).size).toBe(4)
  expect(id({ key: ['id', 'f'] }, { id: 'a', f: 'b' })).not.toBe(id({ key: ['id', 'f'] }, { id: 'ab', f: 'b' }))
})

it.each([
  [{}, { id: '' }, 'the key id is empty'],
  [{}, { at: null }, 'the time at is empty'],
  [{}, { at: '5.5.2019' }, 'at holds "5.5.2019", which is no time written as iso'],
  [{}, { verb: ' ' }, 'action is empty'],
  [{ result: 'status' }, { status: 'OK' }, 'result is "OK", none of success, failure, denied, aborted, unknown.'],
  [{ changes: 'diff' }, { diff: '[1]' }, 'diff holds JSON that is no object of changes'],
  [{ details: { x: { column: 'note', json: true } } }, { note: '{' }, 'details.x holds "{", which is no JSON'],
])('refuses a row with the reason: %j %j', (mapping, given, reason) => {
  expect(() => mapped(mapping, given)).toThrow(reason)
})

it.each([
  [{ key: 'uid' }, `mapping's key names a column "uid", which the table has not. Did you mean id?`],
  [
    { actor: { id: 'nobody_of_them' } },
    `mapping's actor.id names a column "nobody_of_them", which the table has not. There are id, at`,
  ],
  [{ action: { template: '{ver}' } }, `mapping's action names a column "ver"`],
  [{ details: ['nope'] }, `mapping's details.nope names a column "nope"`],
  [{ occurredAt: { column: 'at', format: 'q' } }, `mapping's occurredAt cannot be used: format "q"`],
])('refuses a mapping for this table: %j', (mapping, message) => {
  expect(() => mapped(mapping, {})).toThrow(message)
})
