import { annotate, audit, audited, diff, staticTokens } from '@actrail/koa'
import Router from '@koa/router'
import Koa, { type Middleware } from 'koa'
import { json } from 'node:stream/consumers'
import { accounts, addIssue, findIssue, issuesOf, type User } from './tracker'

/** A small issue tracker with an activity log. The log is the two lines that name `activity`. */
export function createApp(options: { database?: string; directory?: string } = {}) {
  const activity = audit({ ...options, authorize: staticTokens({ demo: auditor }) })
  const app = new Koa()
  app.use(activity).use(activity.router('/api/v1'))

  const open = new Router<State>().post('/login', async (ctx) => {
    const { email, password } = (await json(ctx.req)) as { email: string; password: string }
    const user = accounts.get(email)?.password === password ? accounts.get(email)?.user : undefined
    annotate({
      action: 'auth.login',
      workspace: 'acme',
      details: { login_method: 'email_password', attempted_email: email },
      ...(user ? { actor: user, resource: { type: 'user', id: user.id } } : { actor: { type: 'user', email } }),
    })
    if (user === undefined) return ctx.throw(401, 'Invalid credentials')
    ctx.body = { token: user.id }
  })

  const issues = new Router<State>({ prefix: '/workspaces/:ws_id/issues' }).use(authenticate)
  issues.get('/', (ctx) => void (ctx.body = issuesOf(ctx.params['ws_id'] ?? '')))

  issues.post('/', audited('issue.created'), async (ctx) => {
    const issue = addIssue(ctx.params['ws_id'] ?? '', ((await json(ctx.req)) as { title: string }).title)
    annotate({
      resource: { type: 'issue', id: issue.id, name: issue.title },
      details: { title: issue.title, identifier: issue.id },
    })
    ctx.status = 201
    ctx.body = issue
  })

  issues.patch('/:issue_id', audited('issue.updated'), async (ctx) => {
    const issue = findIssue(ctx.params['ws_id'] ?? '', ctx.params['issue_id'] ?? '')
    if (issue === undefined) return ctx.throw(404, 'No such issue')
    const before = { ...issue }
    Object.assign(issue, await json(ctx.req))
    annotate({ changes: diff(before, { ...issue }) })
    ctx.body = issue
  })

  issues.delete('/:issue_id', (ctx) => ctx.throw(403, 'Issues are closed, not deleted'))

  app.use(open.routes()).use(issues.routes())
  return { app, activity }
}

interface State {
  user?: User
}

const auditor = { id: 'auditor', workspaces: ['acme'], permissions: ['activity:read'] } as const

const authenticate: Middleware<State> = (ctx, next) => {
  const id = ctx.get('authorization').replace('Bearer ', '')
  const account = [...accounts.values()].find(({ user }) => user.id === id)
  if (account === undefined) return ctx.throw(401, 'Log in first')
  ctx.state.user = account.user
  return next()
}
