import { routeAction, singular } from './route-action'

describe('the action of a route that nobody annotated', () => {
  it.each([
    ['POST', '/api/projects', 'project.create', 'project', undefined],
    ['PATCH', '/projects/:id', 'project.update', 'project', 'id'],
    ['PUT', '/api/v1/projects/:projectId', 'project.update', 'project', 'projectId'],
    ['DELETE', '/projects/:id', 'project.delete', 'project', 'id'],
    ['GET', '/projects/:id', 'project.read', 'project', 'id'],
    ['HEAD', '/projects/:id', 'project.read', 'project', 'id'],
    ['GET', '/projects', 'project.list', 'project', undefined],
    ['GET', '/workspaces/:ws_id/issues', 'issue.list', 'issue', undefined],
    ['POST', '/workspaces/:ws_id/issues/:issue_id/close', 'issue.close', 'issue', 'issue_id'],
    ['PUT', '/users/:id/profile', 'profile.update', 'profile', undefined],
    ['POST', '/auth/login', 'auth.login', 'auth', undefined],
    ['POST', '/login', 'auth.login', 'auth', undefined],
    ['POST', '/sign-out', 'auth.logout', 'auth', undefined],
    ['POST', '/signup', 'auth.register', 'auth', undefined],
    ['POST', '/reports/generate', 'report.generate', 'report', undefined],
    ['POST', '/search', 'search.create', 'search', undefined],
    ['GET', '/me', 'me.read', 'me', undefined],
    ['GET', '/', 'root.read', 'root', undefined],
    ['GET', '/categories/:id{.:format}', 'category.read', 'category', 'id'],
    ['GET', '/files/*path', 'file.read', 'file', 'path'],
  ])('%s %s is %s', (...[method, pattern, action, resourceType, idParam]) => {
    expect(routeAction(method, pattern)).toMatchObject({ action, resourceType, idParam })
  })

  it('finds workspace, issue and project in the parameters', () => {
    expect(routeAction('POST', '/workspaces/:ws_id/projects/:project/issues/:id/comments')).toMatchObject({
      action: 'comment.create',
      workspaceParam: 'ws_id',
      issueParam: 'id',
      projectParam: 'project',
    })
  })
})

it.each([
  ['issues', 'issue'],
  ['categories', 'category'],
  ['addresses', 'address'],
  ['statuses', 'status'],
  ['boxes', 'box'],
  ['status', 'status'],
  ['analysis', 'analysis'],
  ['people', 'person'],
  ['series', 'series'],
  ['bus', 'bus'],
])('takes %s as %s', (plural, one) => expect(singular(plural)).toBe(one))
