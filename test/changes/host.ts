import 'reflect-metadata'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  Column,
  CreateDateColumn,
  DataSource,
  DeleteDateColumn,
  Entity,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm'
import {
  type AuditedEntities,
  AuditedEntity,
  type AuditOptions,
  type AuditTrail,
  createAuditTrail,
  type StoredEvent,
} from '../../packages/core/src'
import type { MatchedRoute } from '../../packages/core/src/capture/exchange'
import { createDatabase, type TestDatabase } from '../db/databases'

/** Embedded in a project. */
export class Address {
  @Column('text', { nullable: true })
  street!: string | null

  @Column('text', { nullable: true })
  city!: string | null
}

/** Audited, but for two of its fields. */
@AuditedEntity({ exclude: ['notes', 'address.city'] })
@Entity()
export class Project {
  @PrimaryGeneratedColumn()
  id!: number

  @Column('text')
  title!: string

  @Column('text', { nullable: true })
  notes!: string | null

  @Column(() => Address)
  address!: Address

  @Column('text', { nullable: true, unique: true })
  slug!: string | null
}

/** What issues carry, many to many. */
@Entity()
export class Label {
  @PrimaryColumn('text')
  name!: string
}

/** Audited, with every kind of column. */
@AuditedEntity()
@Entity()
export class Issue {
  @PrimaryGeneratedColumn()
  id!: number

  @Column('text')
  title!: string

  @Column('text', { nullable: true })
  body!: string | null

  @Column('bigint', { default: 0 })
  votes!: string

  @Column('timestamptz', { nullable: true })
  dueAt!: Date | null

  @Column('jsonb', { nullable: true })
  meta!: Record<string, unknown> | null

  @Column('bytea', { nullable: true })
  image!: Buffer | null

  @Column('text', { nullable: true })
  apiToken!: string | null

  @Column('text', { nullable: true, select: false })
  favourite!: string | null

  @ManyToOne(() => Project, { nullable: true, onDelete: 'CASCADE' })
  project!: Project | null

  @ManyToMany(() => Label)
  @JoinTable()
  labels!: Label[]

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date

  @VersionColumn()
  version!: number

  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null
}

/** Not audited. */
@Entity()
export class Session {
  @PrimaryGeneratedColumn()
  id!: number

  @Column('text')
  seen!: string
}

/** A host application: its own DataSource, the trail that follows it, and requests. */
export interface Host {
  readonly source: DataSource
  readonly trail: AuditTrail<http.IncomingMessage>
  /** Empties the host's tables, counts ids from 1 again, and forgets what the log holds so far. */
  reset(): Promise<void>
  /** The events since the last reset, oldest first. */
  log(): Promise<StoredEvent[]>
  /** The same as `action type/id {changes}`. */
  lines(): Promise<string[]>
  /** Runs `handler` as a captured request; answers its status. */
  request(
    route: MatchedRoute | undefined,
    handler: (req: http.IncomingMessage) => unknown,
    how?: RequestHow,
  ): Promise<number>
  close(): Promise<void>
}

/** How a request is made. */
export interface RequestHow {
  readonly method?: string
  readonly user?: string
}

/** What a host is made of. */
export interface HostOptions {
  readonly entities?: AuditedEntities
  readonly trail?: Partial<AuditOptions<http.IncomingMessage>>
  /** Where the log is; default: the host's own database. */
  readonly log?: TestDatabase
}

/** Starts a host in a database of its own. */
export async function startHost(database: TestDatabase, options: HostOptions = {}): Promise<Host> {
  const source = new DataSource({
    type: 'postgres',
    url: database.url,
    entities: [Project, Issue, Label, Session],
    synchronize: true,
    extra: { max: 3 },
  })
  await source.initialize()
  const directory = await mkdtemp(path.join(tmpdir(), 'changes-'))
  const logger = { debug() {}, info() {}, warn() {}, error() {} }
  const trail = createAuditTrail<http.IncomingMessage>({
    ...{ database: (options.log ?? database).url, directory, logger },
    actor: (req) => ({ type: 'user', id: String(req.headers['x-user'] ?? 'u1') }),
    ...options.trail,
  })
  await trail.start()
  trail.watch(source, options.entities)
  let firstSeq = 0
  const log = async (): Promise<StoredEvent[]> => {
    await trail.flush()
    const { items } = await trail.query({ workspace: 'default' }, { limit: 200 })
    return items.filter((event) => event.workspace_seq >= firstSeq).reverse()
  }
  return {
    source,
    trail,
    async reset() {
      await source.query('truncate project, issue, label, session restart identity cascade')
      firstSeq = ((await log()).at(-1)?.workspace_seq ?? firstSeq - 1) + 1
    },
    log,
    lines: async () => (await log()).map(lineOf),
    request: (route, handler, how) => request(trail, { route, handler, ...how }),
    async close() {
      await trail.stop()
      await source.destroy()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function lineOf({ action, resource_type, resource_id, changes }: StoredEvent): string {
  const resource = resource_type === undefined ? '' : ` ${resource_type}/${resource_id ?? ''}`
  return `${action}${resource}${changes === undefined ? '' : ` ${JSON.stringify(changes)}`}`
}

/** A request to be made. */
export type Call = RequestHow & { route: MatchedRoute | undefined; handler: (req: http.IncomingMessage) => unknown }

/** Runs a handler as a request that `trail` captures; answers its status. */
export async function request(trail: Pick<AuditTrail<http.IncomingMessage>, 'capture'>, call: Call): Promise<number> {
  const server = http.createServer((req, res) => {
    const native = req
    const exchange = {
      req,
      res,
      native,
      url: req.url ?? '/',
      route: () => call.route,
      user: () => undefined,
      body: () => {},
    }
    void trail.capture(exchange, () => {
      Promise.resolve(call.handler(req)).then(
        () => res.end(),
        () => res.writeHead(500).end(),
      )
    })
  })
  await once(server.listen(0), 'listening')
  const { port } = server.address() as AddressInfo
  const headers = call.user === undefined ? {} : { 'x-user': call.user }
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: call.method ?? 'PATCH', headers })
  await response.arrayBuffer()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  return response.status
}

/** A database with nothing in it. */
export const newDatabase = (): Promise<TestDatabase> => createDatabase()
