import type { EventFilter } from './filter'

const ENVIRONMENT_TYPES = ['environment', 'env']

/** A type of actor (`system`), or a type and an id (`service-account:ci-pipeline`); `undefined` with one side empty. */
export function byActor(text: string): EventFilter | undefined {
  const colon = text.indexOf(':')
  if (colon < 0) return { actorType: text }
  const [actorType, actorId] = [text.slice(0, colon), text.slice(colon + 1)]
  return actorType === '' || actorId === '' ? undefined : { actorType, actorId }
}

/** The actor by e-mail address or by id. */
export function byUser(text: string): EventFilter {
  return text.includes('@') ? { actorEmail: text } : { actorId: text }
}

/** An environment by id or by name. */
export function byEnvironment(text: string): EventFilter {
  return { resourceTypes: ENVIRONMENT_TYPES, resource: text }
}
