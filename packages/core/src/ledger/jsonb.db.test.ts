import fc from 'fast-check'
import { Client } from 'pg'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import type { JsonObject } from '../model/event'
import { createRedactor } from '../redact/redactor'
import { canonicalJson } from './canonical'

const redactor = createRedactor({ limits: { maxBytes: 4_096 } })
const anyText = fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 20 })
const objects = fc.dictionary(
  anyText,
  fc.oneof(
    fc.double(),
    fc.double({ min: -1e-290, max: 1e-290 }),
    fc.bigInt(),
    anyText,
    fc.anything({ maxDepth: 3, withBigInt: true, withDate: true, withMap: true, withSet: true }),
  ),
  { minKeys: 1, maxKeys: 6 },
)

describe('what the redactor leaves of any object', () => {
  let database: TestDatabase
  let client: Client

  beforeAll(async () => {
    database = await createDatabase()
    client = new Client({ connectionString: database.url })
    await client.connect()
  })
  afterAll(async () => {
    await client.end()
    await database.drop()
  })

  it('has the same canonical form after it was stored as jsonb and read again', async () => {
    const written = fc.sample(objects, { numRuns: 2_000 }).flatMap((object) => redactor.object(object) ?? [])
    const texts = written.map((object) => canonicalJson(object))
    const { rows } = await client.query<{ read: string }>(
      'select value::jsonb::text as read from unnest($1::text[]) with ordinality t (value, place) order by place',
      [texts],
    )
    expect(rows).toHaveLength(texts.length)
    expect(texts.length).toBeGreaterThan(1_000)
    rows.forEach(({ read }, at) => expect(canonicalJson(JSON.parse(read) as JsonObject)).toBe(texts[at]))
  })
})
