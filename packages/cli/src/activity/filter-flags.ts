import type { FlagDefinition } from '../command'
import { readActor, readMoment, readText } from './values'

const RESULTS = ['success', 'failure', 'denied', 'aborted', 'unknown'] as const

/** Flags that choose events; `list`, `stream` and `export` share them. */
export interface FilterFlags {
  readonly user?: string
  readonly actor?: string
  readonly action?: readonly string[]
  readonly env?: string
  readonly project?: string
  readonly resourceType?: string
  readonly resource?: string
  readonly result?: (typeof RESULTS)[number]
  readonly issue?: string
  readonly search?: string
  readonly filter?: string
}

/** Flags that choose a stretch of time. */
export interface RangeFlags {
  readonly since?: string
  readonly from?: string
  readonly to?: string
}

/** See {@link FilterFlags}. */
export const FILTER_FLAGS: readonly FlagDefinition[] = [
  { flag: '--user <user>', description: 'Who did it: an e-mail address or an id.', parse: readText },
  {
    flag: '--actor <actor>',
    description: 'A type of actor (system), or a type and an id (service-account:ci-pipeline).',
    parse: readActor,
  },
  {
    flag: '--action <action>',
    description: 'An action (env.create), a verb (create) or a glob ("env.*", "*.create"). Repeatable: any of them.',
    parse: readText,
    isRepeatable: true,
  },
  {
    flag: '--env <env>',
    description: 'An environment, by id or by name.',
    parse: readText,
    conflicts: ['resource', 'resourceType'],
  },
  { flag: '--project <project>', description: 'A project.', parse: readText },
  { flag: '--resource-type <type>', description: 'A type of resource, such as environment.', parse: readText },
  { flag: '--resource <resource>', description: 'A resource, by id or by name.', parse: readText },
  { flag: '--result <result>', description: 'How it ended.', choices: RESULTS },
  { flag: '--issue <issue>', description: 'An issue, by id.', parse: readText },
  { flag: '--search <text>', description: 'A piece of the action, the actor or the resource.', parse: readText },
  {
    flag: '--filter <filter>',
    description: 'Conditions, such as "actor.type=agent and result!=success".',
    parse: readText,
  },
]

/** See {@link RangeFlags}. */
export const RANGE_FLAGS: readonly FlagDefinition[] = [
  {
    flag: '--since <time>',
    description: 'From so long ago (1h, 7d), or from a date or time.',
    parse: readMoment,
    conflicts: ['from'],
  },
  {
    flag: '--from <time>',
    description: 'From a date or time (2024-01-01, in UTC), or from so long ago.',
    parse: readMoment,
  },
  { flag: '--to <time>', description: 'To the end of a date or time (2024-01-31, in UTC).', parse: readMoment },
]

/** The flags as parameters of the API. */
export function questionOf(flags: FilterFlags & RangeFlags) {
  const { user, actor, action, env, project, resource, result, search, since, from, to } = flags
  const filter = [flags.filter, flags.issue === undefined ? undefined : `issue_id=${inQuotes(flags.issue)}`]
    // The user's own words first: the API counts characters where it cannot read them.
    .filter((condition) => condition !== undefined)
    .join(' and ')
  return withoutAbsent({
    ...{ user, actor, action, env, project, resource, result, search, since, from, to },
    resource_type: flags.resourceType,
    filter: filter === '' ? undefined : filter,
  })
}

function inQuotes(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&')}"`
}

function withoutAbsent<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T
}
