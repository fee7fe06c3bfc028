import {
  Column,
  DataSource,
  Entity,
  EntitySchema,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm'
import type { TestDatabase } from '../../../../test/db/databases'
import { newDatabase } from '../../../../test/changes/host'
import { createMemoryTrail, type MemoryTrail } from '../memory-trail'
import { type AuditedEntities, AuditedEntity } from './audited-entity'

@AuditedEntity({ exclude: ['size'] })
@Entity()
class Document {
  @PrimaryGeneratedColumn()
  id!: number

  @Column('text')
  name!: string

  @Column('int', { default: 0 })
  size!: number
}

@Entity()
class SignedDocument extends Document {
  @Column('text')
  signer!: string
}

@Entity()
class HTTPRouteEntity {
  @PrimaryColumn('text')
  host!: string

  @PrimaryColumn('int')
  port!: number

  @ManyToOne(() => Document)
  @JoinColumn({ name: 'documentId' })
  document!: Document | null

  @Column('int', { nullable: true })
  documentId!: number | null
}

const Plain = new EntitySchema<{ id: number; word: string }>({
  name: 'plain_word',
  columns: { id: { type: 'int', primary: true, generated: true }, word: { type: 'text' } },
})

let database: TestDatabase
let source: DataSource
let trail: MemoryTrail
beforeAll(async () => {
  database = await newDatabase()
  const entities = [Document, SignedDocument, HTTPRouteEntity, Plain]
  source = await new DataSource({ type: 'postgres', url: database.url, entities, synchronize: true }).initialize()
})
beforeEach(() => (trail = createMemoryTrail()))
afterEach(() => trail.stop())
afterAll(async () => {
  await source.destroy()
  await database.drop()
})

const lines = () =>
  trail.events().map(({ action, resource_id, changes }) => `${action} ${resource_id} ${JSON.stringify(changes)}`)

describe('which entities are audited', () => {
  it('is said on the class, for those that extend it too', async () => {
    trail.watch(source)
    await source.getRepository(SignedDocument).save({ name: 'n', signer: 's', size: 3 })
    await source.getRepository(HTTPRouteEntity).save({ host: 'h', port: 1 })
    expect(lines()).toEqual(['signed-document.create 1 {"name":{"new":"n"},"signer":{"new":"s"}}'])
  })

  it('or by name, which goes before, and holds for those that extend it', async () => {
    trail.watch(source, { Document: { type: 'file' }, plain_word: true })
    await source.getRepository(SignedDocument).save({ name: 'n', signer: 's', size: 3 })
    await source.getRepository(Plain).save({ word: 'w' })
    expect(lines().map((line) => line.replace(/ \d+ /, ' '))).toEqual([
      'file.create {"name":{"new":"n"},"signer":{"new":"s"},"size":{"new":3}}',
      'plain_word.create {"word":{"new":"w"}}',
    ])
  })

  it('an id of several columns is joined, and a foreign key with a column of its own is called as that', async () => {
    const { id } = await source.getRepository(Document).save({ name: 'd' })
    trail.watch(source, { HTTPRouteEntity: true })
    await source.getRepository(HTTPRouteEntity).save({ host: 'example.com', port: 80, documentId: id })
    expect(lines()[0]).toMatch(`http-route.create example.com/80`)
    expect(trail.events()[0]?.changes).toMatchObject({ documentId: { new: id } })
  })

  it('is what was given last, and nothing once the trail has stopped', async () => {
    trail.watch(source, { Document: true })
    trail.watch(source, { plain_word: true })
    expect(source.subscribers).toHaveLength(1)
    await source.getRepository(Plain).save({ word: 'w' })
    expect(trail.events()).toHaveLength(1)
    await trail.stop()
    expect(source.subscribers).toHaveLength(0)
  })

  it.each<[string, AuditedEntities, string]>([
    ['an entity', { Documents: true }, 'Did you mean Document?'],
    ['a property', { Document: { exclude: ['nam'] } }, 'Did you mean name?'],
  ])('%s that there is not is refused, with the nearest name', (_what, entities, remedy) => {
    expect(() => trail.watch(source, entities)).toThrow(
      expect.objectContaining({ code: 'ERR_ENTITY_UNKNOWN', message: expect.stringContaining(remedy) as string }),
    )
  })

  it('none at all, or a DataSource that is not open, is refused', () => {
    const closed = new DataSource({ type: 'postgres', url: database.url, entities: [Plain] })
    expect(() => trail.watch(closed, { plain_word: true })).toThrow(
      expect.objectContaining({ code: 'ERR_DATASOURCE_CLOSED' }),
    )
    const marked = new DataSource({ type: 'postgres', url: database.url, entities: [Plain] })
    return marked.initialize().then(async () => {
      expect(() => trail.watch(marked)).toThrow(expect.objectContaining({ code: 'ERR_ENTITY_UNKNOWN' }))
      await marked.destroy()
    })
  })
})
