import { audit, audited } from '@actrail/koa'
import Router from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'
import { createServer } from 'node:http'
import { type Program, playSteps, streamOf } from './programs'
import type { HostOptions, Served } from './host-options'

/** The application in Koa; without options it has no middleware of ours. */
export function serveKoa(programs: readonly Program[], options: HostOptions | undefined): Served {
  const app = new Koa()
  app.silent = true
  app.on('error', () => undefined)
  const activity = options && audit(options.audit)
  if (activity) app.use(activity).use(activity.router('/api/v1'))
  const router = new Router()
  const declared: Middleware[] = options ? [audited('thing.changed', options.declared) as Middleware] : []
  router.post('/things/:id', ...declared, (ctx) => {
    ctx.status = 201
    ctx.body = { ok: true }
  })
  router.all('/programs/:n', (ctx, next) => {
    const program = programs[Number(ctx['params']['n'])]
    return program === undefined || program.kind === 'missing' ? next() : play(program, ctx)
  })
  app.use(router.routes())
  const serve = app.callback()
  const server = createServer((req, res) => void serve(req, res))
  return { server, ...(activity && { trail: activity.trail }) }
}

function play(program: Exclude<Program, { kind: 'missing' }>, ctx: Context): unknown {
  if ('status' in program) ctx.status = program.status
  switch (program.kind) {
    case 'steps':
      ctx.respond = false
      ctx.res.statusCode = 200
      return playSteps(ctx.res, program.steps)
    case 'json':
      return (ctx.body = { text: program.text })
    case 'text':
      return (ctx.body = program.text)
    case 'bytes':
      return (ctx.body = Buffer.from(program.text))
    case 'stream':
      return (ctx.body = streamOf(program.text))
    case 'empty':
      return (ctx.body = null)
    case 'redirect':
      return ctx.redirect('/elsewhere')
    case 'throw':
      throw new Error('thrown')
    case 'reject':
      return Promise.reject(new Error('rejected'))
  }
}
