import { Audited, AuditModule, AuditTrail } from '@actrail/nestjs'
import { All, Controller, NotFoundException, Param, Post, Res, StreamableFile, type Type } from '@nestjs/common'
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Server, ServerResponse } from 'node:http'
import { type Program, playSteps, streamOf } from './programs'
import type { HostOptions, Served } from './host-options'

/** The application in Nest on Express; without options it has no module of ours. */
export function serveNestExpress(programs: readonly Program[], options: HostOptions | undefined): Promise<Served> {
  return serve(new ExpressAdapter(), programs, options)
}

/** The application in Nest on Fastify; without options it has no module of ours. */
export async function serveNestFastify(
  programs: readonly Program[],
  options: HostOptions | undefined,
): Promise<Served> {
  const adapter = new FastifyAdapter()
  const served = await serve(adapter, programs, options)
  await adapter.getInstance().ready()
  return served
}

async function serve(adapter: object, programs: readonly Program[], options: HostOptions | undefined): Promise<Served> {
  const module = {
    module: class HostModule {},
    imports: options ? [AuditModule.forRoot({ ...options.audit, path: 'api/v1' })] : [],
    controllers: [controllerOf(programs, options)],
  }
  const app = await NestFactory.create(module, adapter as AbstractHttpAdapter, { logger: false, abortOnError: false })
  await app.init()
  return { server: app.getHttpServer() as Server, ...(options && { trail: app.get(AuditTrail) }) }
}

/** With options both routes are audited, so that what they return passes our interceptor. */
function controllerOf(programs: readonly Program[], options: HostOptions | undefined): Type {
  class HostController {
    change(): object {
      return { ok: true }
    }

    play(number: string, res: Response): unknown {
      const program = programs[Number(number)]
      if (program === undefined || program.kind === 'missing') throw new NotFoundException()
      return play(program, res)
    }
  }
  decorate(HostController, 'change', [
    Post('things/:id'),
    ...(options ? [Audited('thing.changed', options.declared)] : []),
  ])
  decorate(HostController, 'play', [All('programs/:n'), ...(options ? [Audited('program.played')] : [])])
  for (const [index, parameter] of [Param('n'), Res({ passthrough: true })].entries())
    parameter(HostController.prototype, 'play', index)
  Controller()(HostController)
  return HostController
}

type MethodDecorator = (target: object, key: string, descriptor: PropertyDescriptor) => unknown

/** What decorators would do in their own syntax, which the loader of the rigs does not compile on parameters. */
function decorate({ prototype }: { readonly prototype: object }, key: string, all: readonly MethodDecorator[]): void {
  const method = Object.getOwnPropertyDescriptor(prototype, key) as PropertyDescriptor
  for (const each of all) each(prototype, key, method)
  Object.defineProperty(prototype, key, method)
}

/** What the responses of Express and of Fastify have in common; only Fastify's is hijacked. */
interface Response {
  status(code: number): unknown
  redirect(url: string): unknown
  hijack?(): { readonly raw: ServerResponse }
}

function play(program: Exclude<Program, { kind: 'missing' }>, res: Response): unknown {
  if ('status' in program) res.status(program.status)
  switch (program.kind) {
    case 'steps':
      void playSteps(res.hijack?.().raw ?? (res as unknown as ServerResponse), program.steps)
      return taken()
    case 'json':
      return { text: program.text }
    case 'text':
      return program.text
    case 'bytes':
      return new StreamableFile(Buffer.from(program.text))
    case 'stream':
      return new StreamableFile(streamOf(program.text))
    case 'empty':
      return undefined
    case 'redirect':
      res.status(302) // Fastify would keep Nest's 200 or 201
      res.redirect('/elsewhere')
      return taken()
    case 'throw':
      throw new Error('thrown')
    case 'reject':
      return Promise.reject(new Error('rejected'))
  }
}

/** A route either leaves its response to Nest or never does: one that needs both keeps Nest waiting. */
const taken = (): Promise<never> => new Promise(() => undefined)
