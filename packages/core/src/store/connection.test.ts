import { types } from 'pg'
import { DataSource, type DataSourceOptions } from 'typeorm'
import { dataSourceOptions, linkTo } from './connection'

const host = (options: Partial<DataSourceOptions>): DataSource =>
  new DataSource({ type: 'postgres', ...options } as DataSourceOptions)

describe('the option database', () => {
  it('is a URL, which no message repeats with its password', () => {
    const link = linkTo('postgres://me:secret@db.example:5433/app?sslmode=require')
    expect(link.client.connectionString).toContain('secret')
    expect(link.where).toBe('db.example:5433/app')
  })

  it.each(['', 'localhost', 'mysql://me@db/app', 'http://db/app'])('is refused as %j', (text) => {
    expect(() => linkTo(text)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })

  it("is the host's data source, of which only the way to the server is copied", () => {
    const source = host({
      host: 'db.example',
      port: 5433,
      username: 'me',
      password: 'secret',
      database: 'app',
      poolSize: 50,
      logging: true,
      extra: { max: 50, types, ssl: { ca: 'x' }, options: '-c geqo=off' },
    })
    const { client, where } = linkTo(source)
    expect(client).toMatchObject({ host: 'db.example', port: 5433, user: 'me', database: 'app', ssl: { ca: 'x' } })
    expect(client.types).not.toBe(types)
    expect(client).not.toHaveProperty('max')
    expect(where).toBe('db.example:5433/app')
    const options = dataSourceOptions(linkTo(source), { schema: 'actrail', poolSize: 3 })
    expect(options).toMatchObject({ logging: false, extra: { max: 3 } })
  })

  it("is the host's primary where it has replicas", () => {
    const source = host({
      replication: { master: { url: 'postgres://me@primary/app' }, slaves: [{ url: 'postgres://me@replica/app' }] },
    })
    expect(linkTo(source).where).toBe('primary/app')
  })

  it('is refused when the data source is not of Postgres', () => {
    const source = { options: { type: 'sqlite', database: ':memory:' } } as unknown as DataSource
    expect(() => linkTo(source)).toThrow(/"sqlite"/)
  })
})

it('sends no time-outs to the embedded store, which would hang', () => {
  const link = linkTo({ stream: () => null as never })
  const { extra } = dataSourceOptions(link, { schema: 'actrail', poolSize: 3 }) as { extra: object }
  expect(extra).not.toHaveProperty('statement_timeout')
  expect(extra).not.toHaveProperty('query_timeout')
  expect(Object.keys(extra).join()).not.toMatch(/idle_in_transaction/)
})
