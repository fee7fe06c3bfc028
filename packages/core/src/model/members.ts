/**
 * The named members of what a caller handed over, each read once: a getter or a proxy may throw, or answer something else
 * the next time. What cannot be read or is `undefined` is left out, and what is no object has no members. Never throws.
 */
export function readMembers<T extends object>(value: T | undefined, names: readonly (keyof T)[]): Partial<T> {
  const members: Partial<T> = {}
  if (typeof value !== 'object' || value === null) return members
  for (const name of names) {
    const member = readMember(value, name)
    if (member !== undefined) members[name] = member
  }
  return members
}

function readMember<T extends object, K extends keyof T>(value: T, name: K): T[K] | undefined {
  try {
    return value[name]
  } catch {
    return undefined
  }
}
