export interface User {
  readonly type: 'user' | 'agent'
  readonly id: string
  readonly email: string
}

export interface Issue {
  readonly id: string
  title: string
  state: 'open' | 'closed'
}

const account = (user: User, password: string): [string, { user: User; password: string }] => [
  user.email,
  { user, password },
]

/** By e-mail. Anything like this belongs into a database; here it would hide what the example shows. */
export const accounts = new Map([
  account({ type: 'user', id: 'alice', email: 'alice@acme.example' }, 'correct horse'),
  account({ type: 'user', id: 'bob', email: 'bob@acme.example' }, 'battery staple'),
  account({ type: 'agent', id: 'triage-bot', email: 'triage-bot@acme.example' }, 'beep'),
])

const issues = new Map<string, Issue[]>()

export function issuesOf(workspace: string): Issue[] {
  return issues.get(workspace) ?? []
}

export function addIssue(workspace: string, title: string): Issue {
  const list = issuesOf(workspace)
  const issue: Issue = { id: `ISS-${list.length + 1}`, title, state: 'open' }
  issues.set(workspace, [...list, issue])
  return issue
}

export function findIssue(workspace: string, id: string): Issue | undefined {
  return issuesOf(workspace).find((issue) => issue.id === id)
}
