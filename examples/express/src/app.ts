import { annotate, audit, audited, diff, staticTokens } from '@actrail/express'
import express, { type Express, type RequestHandler } from 'express'
import { accounts, addIssue, findIssue, issuesOf, type User } from './tracker'

/** A small issue tracker with an activity log. The log is the two lines that name `activity`. */
export function createApp(options: { database?: string; directory?: string } = {}) {
  const activity = audit({ ...options, authorize: staticTokens({ demo: auditor }) })
  const app: Express = express()
  app.use(activity)
  app.use('/api/v1', activity.router())
  app.use(express.json())

  app.post('/login', (req, res) => {
    const { email, password } = req.body as { email: string; password: string }
    const account = accounts.get(email)
    const details = { login_method: 'email_password', attempted_email: email }
    if (account?.password !== password) {
      annotate({ action: 'auth.login', workspace: 'acme', actor: { type: 'user', email }, result: 'denied', details })
      return void res.status(401).json({ error: 'Invalid credentials' })
    }
    annotate({
      action: 'auth.login',
      workspace: 'acme',
      actor: account.user,
      resource: { type: 'user', id: account.user.id },
      details,
    })
    res.json({ token: account.user.id })
  })

  app.use(authenticate)

  app.get('/workspaces/:ws_id/issues', (req, res) => void res.json(issuesOf(req.params.ws_id)))

  app.post('/workspaces/:ws_id/issues', audited('issue.created'), (req, res) => {
    const issue = addIssue(req.params.ws_id, (req.body as { title: string }).title)
    annotate({
      resource: { type: 'issue', id: issue.id, name: issue.title },
      details: { title: issue.title, identifier: issue.id },
    })
    res.status(201).json(issue)
  })

  app.patch('/workspaces/:ws_id/issues/:issue_id', audited('issue.updated'), (req, res) => {
    const issue = findIssue(req.params.ws_id, req.params.issue_id)
    if (issue === undefined) return void res.status(404).json({ error: 'No such issue' })
    const before = { ...issue }
    Object.assign(issue, req.body)
    annotate({ changes: diff(before, { ...issue }) })
    res.json(issue)
  })

  app.delete(
    '/workspaces/:ws_id/issues/:issue_id',
    (_req, res) => void res.status(403).json({ error: 'Issues are closed, not deleted' }),
  )

  return { app, activity }
}

const auditor = { id: 'auditor', workspaces: ['acme'], permissions: ['activity:read'] } as const

const authenticate: RequestHandler = (req, res, next) => {
  const id = req.get('authorization')?.replace('Bearer ', '')
  const account = [...accounts.values()].find(({ user }) => user.id === id)
  if (account === undefined) return void res.status(401).json({ error: 'Log in first' })
  ;(req as { user?: User }).user = account.user
  next()
}
