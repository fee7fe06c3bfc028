import { readMapping } from './read-mapping'

const text = (more: string): string => `{
  "source": "crm",
  "key": "id",
  "occurredAt": "at"${more}
}`

it('accepts the short form, and a file that begins with a byte order mark', () => {
  expect(readMapping(`\ufeff${text(',\n"action": "verb"')}`)).toEqual({
    source: 'crm',
    key: 'id',
    occurredAt: { column: 'at' },
    action: { column: 'verb' },
  })
})

it.each([
  ['a comma too many', ',\n"action": "verb",', /m\.json, line \d+: this is no JSON/],
  ['nothing where something is needed', '', /m\.json, line 1: action /],
  [
    'a key that means nothing',
    ',\n"action": "verb",\n"actr": {"id": "x"}',
    /m\.json has a key "actr" that means nothing\. Did you mean actor/,
  ],
  [
    'a key of a rule',
    ',\n"action": {\n"colum": "verb"}',
    /m\.json, line 5: action has a key "colum" that means nothing\. Did you mean column/,
  ],
  [
    'two sources',
    ',\n"action": {"column": "a", "constant": "b"}',
    /line 5: action needs exactly one of column, constant, template/,
  ],
  [
    'a wrong value',
    ',\n"action": "verb",\n"actor": {\n"id": {"column": 3}}',
    /line 7: actor\.id\.column invalid input/,
  ],
  [
    'details',
    ',\n"action": "verb",\n"details": {"a": {"column": "b",\n"jsn": true}}',
    /line 6: details\.a has a key "jsn" that means nothing\. Did you mean json/,
  ],
  ['changes', ',\n"action": "verb",\n"changes": {}', /line 6: changes needs exactly one of column, fields, field/],
  [
    'a source that no file name could be',
    ',\n"action": "verb"'.replace('verb', 'x') + ',\n"source": "ä ö"',
    /source must be 1–100 letters/,
  ],
])('says of %s where it is and what to do', (_what, more, message) => {
  expect(() => readMapping(text(more), 'm.json')).toThrow(message)
  expect(() => readMapping(text(more), 'm.json')).toThrow(
    expect.objectContaining({ code: 'ERR_IMPORT_MAPPING' }) as Error,
  )
})
