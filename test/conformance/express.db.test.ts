import { adapterContract } from '@actrail/testkit'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type TestDatabase } from '../db/databases'
import { serveExpress } from './express-harness'

let database: TestDatabase
const directory = mkdtempSync(join(tmpdir(), 'actrail-contract-'))

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(async () => {
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

adapterContract({ name: 'Express 5', serve: (app) => serveExpress(app, { database: database.url, directory }) })
