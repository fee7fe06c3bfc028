import { grants } from './permission'
import type { AnyCall } from './route'

/**
 * The type of actor that somebody without the permission to read is kept to: their own. Ids are unique within their type
 * only: an agent may be called like a user.
 */
export function ownActorType<Name extends string>(
  { principal }: AnyCall,
  name: Name,
): { readonly [name in Name]?: string } {
  const mayReadAll = principal !== undefined && grants(principal.permissions, 'activity:read')
  return (mayReadAll ? {} : { [name]: principal?.type ?? 'user' }) as { readonly [name in Name]?: string }
}
