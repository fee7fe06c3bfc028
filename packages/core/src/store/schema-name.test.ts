import { inSchema, validSchema } from './schema-name'

it.each(['actrail', 'audit_log', '_a1'])('takes %s', (name) => {
  expect(validSchema(name)).toBe(name)
})

it.each(['', 'Audit', 'a-b', 'a"b', 'a; drop table x', '1a', 'pg_audit', 'information_schema', 'x'.repeat(41)])(
  'refuses %j',
  (name) => {
    expect(() => validSchema(name)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  },
)

it('moves every table of a text into the schema, and nothing else', () => {
  const sql = 'select a.actrail from actrail.inbox a join actrail.event_3 using (id)'
  expect(inSchema(sql, 'log')).toBe('select a.actrail from "log".inbox a join "log".event_3 using (id)')
  expect(inSchema(sql, 'actrail')).toBe(sql)
})
