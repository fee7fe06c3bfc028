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
