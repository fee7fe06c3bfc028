import { adapterContract } from '@actrail/testkit'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type TestDatabase } from '../db/databases'
import { serveKoa } from './koa-harness'

let database: TestDatabase
const directory = mkdtempSync(join(tmpdir(), 'actrail-contract-'))

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(async () => {
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

adapterContract({ name: 'Koa 3', serve: (app) => serveKoa(app, { database: database.url, directory }) })
