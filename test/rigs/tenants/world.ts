import type { EventInput } from '@actrail/core'

/** Who may see what, as the test knows it: the oracle asks nobody else. */
export interface Reader {
  readonly token: string
  readonly workspaces: readonly string[] | '*'
  readonly isAdmin: boolean
}

/** Tenants whose names tempt: those that contain, encode or look like another's. */
export const WORKSPACES = [
  'acme',
  'acme2',
  'ACME',
  'beta',
  'beta/acme',
  'acme%2Fbeta',
  'gamma',
  'ws 1',
  'été',
  '_system',
]

/** One reader of each tenant, some of several, one of none, and administrators. */
export const READERS: readonly Reader[] = [
  ...WORKSPACES.filter((name) => name !== '_system').map((name, n) => ({
    token: `t${n}`,
    workspaces: [name],
    isAdmin: false,
  })),
  { token: 'two', workspaces: ['acme', 'beta'], isAdmin: false },
  { token: 'none', workspaces: [], isAdmin: false },
  { token: 'star', workspaces: ['*'], isAdmin: false },
  { token: 'wants-system', workspaces: ['_system'], isAdmin: false },
  { token: 'admin-of-gamma', workspaces: ['gamma'], isAdmin: true },
  { token: 'all', workspaces: '*', isAdmin: false },
  { token: 'root', workspaces: '*', isAdmin: true },
]

/** Whether a reader may see events of a workspace. */
export function maySee({ workspaces, isAdmin }: Reader, workspace: string): boolean {
  if (workspace === '_system') return isAdmin
  return workspaces === '*' || workspaces.includes(workspace)
}

/** Events of one workspace; each says whose it is, so that an answer can be checked without knowing how it was found. */
export const EVENTS_EACH = 40

/** The n-th event of a workspace; ids and actors repeat in all of them. */
export function eventOf(workspace: string, n: number): EventInput {
  return {
    action: ['issue.created', 'auth.login', 'env.create'][n % 3] ?? '',
    workspace,
    actor: { type: 'user', id: `u${n % 4}`, email: `u${n % 4}@example.com` },
    resource: { type: 'issue', id: String(n % 5) },
    issue: String(n % 5),
    ip: '10.0.0.7',
    details: { owner: `owner:${workspace}:` },
  }
}
