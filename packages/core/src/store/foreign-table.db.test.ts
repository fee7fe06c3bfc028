import { Client } from 'pg'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { openForeignTable } from './foreign-table'

let database: TestDatabase
let client: Client
beforeEach(async () => {
  database = await createDatabase()
  client = new Client({ connectionString: database.url })
  await client.connect()
})
afterEach(async () => {
  await client.end()
  await database.drop()
})

it('reads a table in pieces, as it was when it was opened, without losing digits or zones', async () => {
  await client.query(`create schema "Old app"`)
  await client.query(
    `create table "Old app"."Log" (id bigint, "at" timestamptz, plain timestamp, ok boolean, n numeric, extra jsonb)`,
  )
  await client.query(
    `insert into "Old app"."Log" select 9007199254740993, '2024-01-15 14:32:01.123+02', '2024-01-15 14:32:01', true, 1.50, '{"a":[1]}'`,
  )
  await client.query(`insert into "Old app"."Log" select g from generate_series(1, 24) g`)
  const table = await openForeignTable({ database: database.url, table: '"Old app"."Log"', pieceRows: 10 })
  await client.query(`insert into "Old app"."Log" select 99`)
  expect(table.columns).toEqual(['id', 'at', 'plain', 'ok', 'n', 'extra'])
  const pieces: (readonly Record<string, unknown>[])[] = []
  for await (const piece of table.pieces()) pieces.push(piece)
  expect(pieces.map((piece) => piece.length)).toEqual([10, 10, 5])
  expect(pieces[0]?.[0]).toEqual({
    id: '9007199254740993',
    at: '2024-01-15 12:32:01.123+00',
    plain: '2024-01-15 14:32:01',
    ok: true,
    n: '1.50',
    extra: { a: [1] },
  })
  expect(pieces[0]?.[1]).toMatchObject({ id: 1, at: null })
  await table.close()
  await table.close()
})

it('says which table is missing, or may not be read', async () => {
  const place = { database: database.url, table: 'app.audit' }
  await expect(openForeignTable(place)).rejects.toMatchObject({
    code: 'ERR_IMPORT_SOURCE',
    message: expect.stringMatching(/no table app\.audit at .*\. Give its name as in SQL/) as string,
  })
  const guest = `guest_${database.name}`
  await client.query(`create role ${guest} login`)
  await client.query('create table secret (id int)')
  const url = new URL(database.url)
  url.username = guest
  await expect(openForeignTable({ database: url.href, table: 'secret' })).rejects.toMatchObject({
    code: 'ERR_IMPORT_SOURCE',
    message: expect.stringContaining('may not read secret') as string,
  })
  await client.query(`drop role ${guest}`)
  await expect(openForeignTable({ database: `${database.url}_not`, table: 'secret' })).rejects.toMatchObject({
    code: 'ERR_STORE_MISSING',
  })
})
