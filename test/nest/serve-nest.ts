import { AuditModule, type AuditModuleOptions } from '@actrail/nestjs'
import { createTestTrail, type TestTrail } from '@actrail/testkit'
import type { INestApplication, ModuleMetadata } from '@nestjs/common'
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { AuditOptions } from '@actrail/core'
import type { Server } from 'node:http'
import request, { type Agent } from 'supertest'

/** The platforms that Nest runs on. */
export const PLATFORMS = ['Express', 'Fastify'] as const

/** An application under test. */
export interface NestApp {
  readonly host: INestApplication
  readonly trail: TestTrail
  readonly client: Agent
}

/** How an application under test differs from an empty one. */
export interface NestSetUp extends ModuleMetadata {
  readonly audit?: AuditOptions<never> & Pick<AuditModuleOptions, 'path'>
  /** As `main.ts` does it, between `create` and `listen`. */
  readonly main?: (host: INestApplication) => void
}

const open: INestApplication[] = []

/** Serves an application that records into memory. */
export async function serveNest(platform: (typeof PLATFORMS)[number], setUp: NestSetUp = {}): Promise<NestApp> {
  const { audit: { path, ...options } = {}, main, imports = [], ...metadata } = setUp
  const trail = createTestTrail(options as AuditOptions)
  const module = {
    module: class AppModule {},
    imports: [AuditModule.forRoot({ trail, ...(path !== undefined && { path }) }), ...imports],
    ...metadata,
  }
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter({ bodyLimit: 100_000 })
  const host = await NestFactory.create(module, adapter as AbstractHttpAdapter, { logger: false })
  main?.(host)
  await host.listen(0, '127.0.0.1')
  open.push(host)
  return { host, trail, client: request(host.getHttpServer() as Server) as unknown as Agent }
}

/** Closes what was served. For `afterEach`. */
export async function closeNest(): Promise<void> {
  await Promise.all(open.splice(0).map((host) => host.close()))
}
