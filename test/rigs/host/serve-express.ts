import { audit, audited } from '@actrail/express'
import express, { type ErrorRequestHandler, type RequestHandler, type Response } from 'express'
import { createServer, type Server } from 'node:http'
import { type Program, playSteps, streamOf } from './programs'
import type { HostOptions, Served } from './host-options'

/** The application in Express; without options it has no middleware of ours. */
export function serveExpress(programs: readonly Program[], options: HostOptions | undefined): Served {
  const app = express()
  app.set('env', 'test')
  const activity = options && audit(options.audit)
  if (activity) app.use(activity).use('/api/v1', activity.router())
  const declared: RequestHandler[] = options ? [audited('thing.changed', options.declared)] : []
  app.post('/things/:id', ...declared, (_req, res) => void res.status(201).json({ ok: true }))
  app.all('/programs/:n', (req, res, next) => {
    const program = programs[Number(req.params.n)]
    if (program === undefined || program.kind === 'missing') return next()
    return play(program, res)
  })
  const failed: ErrorRequestHandler = (_error, _req, res, _next) => void res.status(500).send('failed')
  app.use(failed)
  const server: Server = createServer(app)
  return { server, ...(activity && { trail: activity.trail }) }
}

function play(program: Exclude<Program, { kind: 'missing' }>, res: Response): unknown {
  switch (program.kind) {
    case 'steps':
      return playSteps(res, program.steps)
    case 'json':
      return res.status(program.status).json({ text: program.text })
    case 'text':
      return res.status(program.status).send(program.text)
    case 'bytes':
      return res.status(program.status).send(Buffer.from(program.text))
    case 'stream':
      return streamOf(program.text).pipe(res.status(program.status))
    case 'empty':
      return res.sendStatus(program.status)
    case 'redirect':
      return res.redirect('/elsewhere')
    case 'throw':
      throw new Error('thrown')
    case 'reject':
      return Promise.reject(new Error('rejected'))
  }
}
