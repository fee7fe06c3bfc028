import { type ActivityEvent, ActrailClientError, type Client, createClient } from '@actrail/client'
import * as actrailExpress from '@actrail/express'
import * as actrailKoa from '@actrail/koa'
import * as actrailNest from '@actrail/nestjs'
import type { AuditOptions, AuditTrail, StoredEvent } from '@actrail/core'
import { createTestTrail, type TestTrail } from '@actrail/testkit'
import { Controller, Delete, Module, Param } from '@nestjs/common'
import type { Request } from 'express'
import express from 'express'
import type { Context } from 'koa'
import Koa from 'koa'

interface User {
  readonly id: string
}

const onExpress: AuditOptions<Request & { user?: User }> = {
  actor: ({ user }) => user && { type: 'user', id: user.id },
}
const onKoa: AuditOptions<Context> = { workspace: (ctx) => String(ctx.params['org']) }

/** Each adapter, typed by its framework. */
export const express5 = express().use(
  actrailExpress.audit({ database: 'postgres://db', ...onExpress } as AuditOptions<Request>),
)
/** The same in Koa. */
export const koa3 = new Koa().use(actrailKoa.audit(onKoa)).use(actrailKoa.audited('project.list'))

@Controller('projects')
class Projects {
  constructor(private readonly trail: actrailNest.AuditTrail) {}

  @Delete(':id')
  @actrailNest.Audited('project.delete', { resource: { type: 'project', id: 'params.id' } })
  async remove(@Param('id') id: string): Promise<void> {
    await this.trail.record({ action: 'project.archived', resource: { type: 'project', id } })
  }
}

/** A module of a host on Nest. */
@Module({ imports: [actrailNest.AuditModule.forRoot({ path: 'api/v1' })], controllers: [Projects] })
export class App {}

const trail: TestTrail = createTestTrail()
const event: StoredEvent = trail.expectAudited({ action: 'project.*' })

/** What the log says, by the types of core. */
export async function ask(log: AuditTrail): Promise<readonly string[]> {
  const { items } = await log.query({ workspace: event.workspace_id }, { limit: 10 })
  return items.map(({ action }) => action)
}

// @ts-expect-error an option that there is not
actrailExpress.audit({ databse: 'postgres://db' })

const client: Client = createClient({ baseUrl: 'https://app.example/api/v1', token: async () => 'token' })

/** What a client reads, by the types of the API. */
export async function follow(signal: AbortSignal): Promise<ActivityEvent | ActrailClientError['code']> {
  try {
    for await (const seen of client.stream({ action: ['env.*'], result: 'failure' }, { signal })) return seen
    return await client.get(await client.record({ action: 'env.create', actor: { type: 'agent' } }))
  } catch (error) {
    if (error instanceof ActrailClientError) return error.code
    throw error
  }
}

// @ts-expect-error a parameter that there is not
void client.list({ acton: ['env.*'] })
// @ts-expect-error a result that there is not
void client.record({ action: 'env.create', result: 'successful' })
