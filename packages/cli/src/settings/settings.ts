import type { FlagDefinition, Io } from '../command'
import { Failure, usageFailure } from '../failure'
import { type Config, type Profile, readConfig } from './config-file'
import { readProjectFile } from './project-file'
import { serverUrl } from './server-url'

/** Where to ask, as whom, and about which workspace. */
export interface Settings {
  readonly server: string
  readonly token?: string
  readonly workspace?: string
}

/** The flags of every command that asks a server. */
export interface ConnectionFlags {
  readonly server?: string
  readonly workspace?: string
  readonly profile?: string
}

/** See {@link ConnectionFlags}. */
export const CONNECTION_FLAGS: readonly FlagDefinition[] = [
  {
    flag: '--server <url>',
    description: 'Where the activity API is mounted, such as https://app.example/api/v1. Also: ACTRAIL_SERVER.',
  },
  {
    flag: '--workspace <id>',
    description: 'The workspace, where the token reaches several; "*" for all of them. Also: ACTRAIL_WORKSPACE.',
  },
  { flag: '--profile <name>', description: 'A saved server and token (see: actrail profile). Also: ACTRAIL_PROFILE.' },
]

/** One place where settings come from. */
interface Layer {
  readonly kind: 'flags' | 'environment' | 'project' | 'profile'
  /** How a message names its server. */
  readonly origin: string
  readonly server?: string | undefined
  readonly workspace?: string | undefined
  readonly token?: string | undefined
  readonly profile?: string | undefined
}

/**
 * Settles where to ask. Flags come first, then the environment, then the project's file, then the current profile; a
 * profile that one of them names counts as said right behind it. A token goes only to a server that its owner named: a
 * project's file may point to a server that one has logged in to, and to no other (ADR 32).
 *
 * @throws Failure where no server is given, or the project's file names an unknown one
 */
export async function settle(flags: ConnectionFlags, { env, cwd }: Pick<Io, 'env' | 'cwd'>): Promise<Settings> {
  const config = await readConfig(env)
  const layers = withProfiles([flagLayer(flags), environmentLayer(env), await projectLayer(cwd)], config)
  const named = layers.find((layer) => layer.server !== undefined)
  if (named?.server === undefined) {
    throw usageFailure(
      'No server is given. Log in with `actrail login --server https://app.example/api/v1`, or give --server or ACTRAIL_SERVER.',
    )
  }
  const server = serverUrl(named.server, named.origin)
  const fitting = layers.filter((layer) => layer.kind !== 'profile' || layer.server === server)
  const known = profilesOf(config, server)
  if (named.kind === 'project' && known.length === 0) {
    throw new Failure(
      'notAuthorised',
      `${named.origin} names ${server}, to which you have not logged in. If you trust it: actrail login --server ${server}`,
    )
  }
  const token = fitting.find((layer) => layer.token !== undefined)?.token ?? onlyToken(known, server)
  const workspace = fitting.find((layer) => layer.workspace !== undefined)?.workspace
  return { server, ...(token !== undefined && { token }), ...(workspace !== undefined && { workspace }) }
}

function flagLayer(flags: ConnectionFlags): Layer {
  return { ...flags, kind: 'flags', origin: '--server' }
}

/** What the environment says. An empty variable is one that is not set. */
function environmentLayer(env: Io['env']): Layer {
  const { ACTRAIL_SERVER, ACTRAIL_WORKSPACE, ACTRAIL_TOKEN, ACTRAIL_PROFILE } = env
  return {
    kind: 'environment',
    origin: 'ACTRAIL_SERVER',
    server: ACTRAIL_SERVER || undefined,
    workspace: ACTRAIL_WORKSPACE || undefined,
    token: ACTRAIL_TOKEN?.trim() || undefined,
    profile: ACTRAIL_PROFILE || undefined,
  }
}

async function projectLayer(cwd: string): Promise<Layer> {
  const file = await readProjectFile(cwd)
  return { ...file, kind: 'project', origin: file?.path ?? '' }
}

/** The layers with the first profile that one of them names right behind it, or the current one at the end. */
function withProfiles(layers: readonly Layer[], config: Config): Layer[] {
  const at = layers.findIndex((layer) => layer.profile !== undefined)
  const name = layers[at]?.profile ?? config.current
  if (name === undefined) return [...layers]
  const profile = config.profiles.get(name)
  if (profile === undefined) {
    throw usageFailure(`There is no profile "${name}". Those that there are: actrail profile list`)
  }
  const place = at < 0 ? layers.length : at + 1
  return layers.toSpliced(place, 0, { ...profile, kind: 'profile', origin: `profile ${name}` })
}

function profilesOf({ profiles }: Config, server: string): Profile[] {
  return [...profiles.values()].filter((profile) => profile.server === server)
}

function onlyToken(profiles: readonly Profile[], server: string): string | undefined {
  const tokens = new Set(profiles.flatMap(({ token }) => token ?? []))
  if (tokens.size < 2) return [...tokens][0]
  throw usageFailure(`Several profiles are for ${server}. Name one with --profile.`)
}
