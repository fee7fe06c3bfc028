import { adapterContract } from '@actrail/testkit'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type TestDatabase } from '../db/databases'
import { serveNestExpress, serveNestFastify } from './nest-harness'

describe.each([
  ['Nest 11 on Express', serveNestExpress],
  ['Nest 11 on Fastify', serveNestFastify],
])('%s', (name, serve) => {
  let database: TestDatabase
  const directory = mkdtempSync(join(tmpdir(), 'actrail-contract-'))

  beforeAll(async () => {
    database = await createDatabase()
  })
  afterAll(async () => {
    await database.drop()
    rmSync(directory, { recursive: true, force: true })
  })

  adapterContract({ name, serve: (app) => serve(app, { database: database.url, directory }) })
})
