import { staticTokens } from '../../packages/core/src/http/static-tokens'
import type { EventSketch } from '../http/memory-query'
import { serveApi, type ServedApi, type ServeOptions } from '../http/serve-api'

/** A token that may read and export the workspace `acme-corp`. */
export const TOKEN = 'a-token-for-tests'

const base = { workspace_id: 'acme-corp', actor_type: 'user' } as const
const at = (clock: string): number => Date.parse(`2024-01-15T${clock}Z`)

/** The events that the S1 reference lists and shows, oldest first. */
export const DOCUMENTED: readonly EventSketch[] = [
  {
    ...base,
    action: 'member.invite',
    occurred_at: at('10:30:00'),
    actor_email: 'jane@acme.example',
    resource_type: 'member',
    resource_name: 'new@acme.example',
  },
  {
    ...base,
    action: 'project.update',
    occurred_at: at('11:45:33'),
    actor_email: 'jane@acme.example',
    project: 'frontend',
    resource_type: 'project',
    resource_name: 'frontend',
  },
  {
    ...base,
    action: 'env.cleanup',
    occurred_at: at('12:00:00'),
    actor_type: 'system',
    resource_type: 'environment',
    resource_name: 'idle-env-1',
  },
  {
    ...base,
    action: 'env.update',
    occurred_at: at('13:15:22'),
    actor_type: 'api-key',
    actor_id: 'deploy-*',
    resource_type: 'environment',
    resource_name: 'staging-env',
  },
  {
    ...base,
    action: 'env.delete',
    occurred_at: at('14:30:45'),
    actor_email: 'john@acme.example',
    resource_type: 'environment',
    resource_name: 'old-test-env',
  },
  {
    ...base,
    action: 'env.create',
    occurred_at: at('14:32:01'),
    actor_id: 'usr_xyz789',
    actor_email: 'john@acme.example',
    ip: '192.168.1.100',
    resource_type: 'environment',
    resource_id: 'env_def456',
    resource_name: 'my-feature-env',
    project: 'frontend',
    source: 'cli',
    context: { cli_version: '1.5.0' },
    changes: { blueprint: 'nodejs-app', resources: { cpu: '2', memory: '4G' } },
  },
]

/** The moment at which the reference was looked at: within a day of its events. */
const NOW_MS = at('15:00:00')

/** An API that holds {@link DOCUMENTED}, with the clock at the moment at which the reference was looked at. Anything else by `options`. */
export async function serveDocumented(options: ServeOptions = {}): Promise<ServedApi> {
  const served = await serveApi({
    authorize: staticTokens({
      [TOKEN]: { id: 'auditor', workspaces: ['acme-corp'], permissions: ['activity:read', 'activity:export'] },
    }),
    now: () => NOW_MS,
    ...options,
  })
  for (const event of DOCUMENTED) served.log.add(event)
  return served
}

/** The environment of a command that asks this API. */
export function environmentFor({ origin }: Pick<ServedApi, 'origin'>): Record<string, string> {
  return { ACTRAIL_SERVER: `${origin}/api/v1`, ACTRAIL_TOKEN: TOKEN, HOME: '/nonexistent' }
}
