import type { Actor } from '../model/event'

type Fields = Readonly<Record<string, unknown>>

const ID_FIELDS = ['id', 'sub', 'userId', 'user_id', '_id', 'uid', 'username'] as const
const WORKSPACE_FIELDS = [
  'workspaceId',
  'workspace_id',
  'workspace',
  'orgId',
  'org_id',
  'organizationId',
  'tenantId',
  'tenant_id',
] as const

/** Who acts where nobody is signed in. */
export const ANONYMOUS: Actor = { type: 'anonymous' }

/**
 * The actor in what authentication left on the request (`req.user`, `ctx.state.user`): its type, or `user`; the first of
 * id, sub, userId, user_id, _id, uid, username; e-mail and name. Undefined when there is no id and no e-mail.
 */
export function actorOfUser(user: unknown): Actor | undefined {
  if (typeof user === 'string' && user !== '') return { type: 'user', id: user }
  if (typeof user !== 'object' || user === null) return undefined
  const fields = user as Fields
  const id = firstText(fields, ID_FIELDS)
  const email = text(fields.email)
  const name = text(fields.name)
  if (id === undefined && email === undefined) return undefined
  return {
    type: text(fields.type) ?? 'user',
    ...(id !== undefined && { id }),
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
  }
}

/** The workspace in what authentication left on the request, under one of its usual names. */
export function workspaceOfUser(user: unknown): string | undefined {
  return typeof user === 'object' && user !== null ? firstText(user as Fields, WORKSPACE_FIELDS) : undefined
}

function firstText(fields: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = text(fields[name])
    if (found !== undefined) return found
  }
  return undefined
}

/** Ids are strings, numbers or objects that print themselves (a database's object id); anything else is no id. */
function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return undefined
  const print = (value as { toHexString?: unknown }).toHexString
  return typeof print === 'function' ? String(print.call(value)) : undefined
}
