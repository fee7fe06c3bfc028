import { annotate, Audited, AuditModule, diff, staticTokens } from '@actrail/nestjs'
import * as nest from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { AccountGuard } from './account-guard'
import { accounts, addIssue, findIssue, type Issue, issuesOf } from './tracker'

@nest.Controller('login')
class LoginController {
  @nest.Post()
  login(@nest.Body() { email, password }: Readonly<Record<string, string>>): { token: string } {
    const user = accounts.get(email ?? '')?.password === password ? accounts.get(email ?? '')?.user : undefined
    annotate({
      action: 'auth.login',
      workspace: 'acme',
      details: { login_method: 'email_password', attempted_email: email },
      ...(user
        ? { actor: user, resource: { type: 'user', id: user.id } }
        : { actor: { type: 'user', email: email ?? '' } }),
    })
    if (user === undefined) throw new nest.UnauthorizedException('Invalid credentials')
    return { token: user.id }
  }
}

@nest.Controller('workspaces/:ws_id/issues')
@nest.UseGuards(AccountGuard)
class IssuesController {
  @nest.Get()
  list(@nest.Param('ws_id') workspace: string): Issue[] {
    return issuesOf(workspace)
  }

  @nest.Post()
  @Audited<Issue>('issue.created', {
    resource: { type: 'issue', id: 'result.id', name: 'result.title' },
    details: ({ result }) => ({ title: result?.title, identifier: result?.id }),
  })
  create(@nest.Param('ws_id') workspace: string, @nest.Body('title') title: string): Issue {
    return addIssue(workspace, title)
  }

  @nest.Patch(':id')
  @Audited('issue.updated', { resource: { type: 'issue', id: 'params.id' } })
  update(@nest.Param() { ws_id, id }: Record<string, string>, @nest.Body() body: object): Issue {
    const issue = findIssue(ws_id ?? '', id ?? '')
    if (issue === undefined) throw new nest.NotFoundException('No such issue')
    const before = { ...issue }
    annotate({ changes: diff(before, { ...Object.assign(issue, body) }) })
    return issue
  }

  @nest.Delete(':issue_id')
  delete(): never {
    throw new nest.ForbiddenException('Issues are closed, not deleted')
  }
}

const auditor = { id: 'auditor', workspaces: ['acme'], permissions: ['activity:read'] } as const

/** A small issue tracker with an activity log. The log is the one line that names `AuditModule`, and what `@Audited` adds. */
export function createApp(options: { database?: string; directory?: string } = {}): Promise<nest.INestApplication> {
  const audit = AuditModule.forRoot({ ...options, path: 'api/v1', authorize: staticTokens({ demo: auditor }) })
  const app = { module: class {}, imports: [audit], controllers: [LoginController, IssuesController] }
  return NestFactory.create(app, { logger: ['error'] })
}
