import type { Call, CommandDefinition } from '../command'
import { errorCode } from '../error-code'
import { Failure, usageFailure } from '../failure'
import { askAt } from '../settings/ask-server'
import { type Config, configPath, profileName, readConfig, writeConfig } from '../settings/config-file'
import { isUnencrypted, serverUrl } from '../settings/server-url'
import { askSecret, readPiped } from '../terminal/ask-secret'
import { visible } from '../terminal/visible'
import { writeTo } from '../terminal/write-to'

const USUAL_PROFILE = 'default'

interface LoginFlags {
  readonly server?: string
  readonly workspace?: string
  readonly profile?: string
  readonly tokenStdin?: boolean
}

/** `actrail login`: saves a server and a token that it accepts. */
export const login: CommandDefinition<LoginFlags> = {
  name: 'login',
  summary: 'Save a server and a token for it as a profile',
  description:
    'Asks for the token without showing it, asks the server whether it is good, and then saves both in actrail/config.json below $XDG_CONFIG_HOME (else ~/.config), readable for you only. There is no flag for the token: other users of the machine see the arguments of every command.',
  flags: [
    {
      flag: '--server <url>',
      description: 'Where the activity API is mounted. Also: ACTRAIL_SERVER. Default: that of the profile.',
    },
    { flag: '--workspace <id>', description: 'The workspace to read where a command names none.' },
    {
      flag: '--profile <name>',
      description: `Its name; it is used from now on where none is named. Default: ${USUAL_PROFILE}.`,
      parse: profileName,
    },
    { flag: '--token-stdin', description: 'Read the token from standard input.' },
  ],
  examples: [
    'actrail login --server https://app.example/api/v1',
    'actrail login --server https://app.example/api/v1 --profile prod --token-stdin < token.txt',
  ],
  run: runLogin,
}

async function runLogin({ flags, io }: Call<LoginFlags>): Promise<void> {
  const config = await readConfig(io.env)
  const name = flags.profile ?? USUAL_PROFILE
  const server = chosenServer(flags, { config, name, env: io.env })
  const workspace = flags.workspace ?? keptWorkspace(config, { name, server })
  if (isUnencrypted(server)) io.stderr.write(`${server} is not encrypted: whoever is in between can read the token.\n`)
  const token = await readToken({ flags, io, args: [] }, server)
  const isPlaced = await isAccepted({ server, token, ...(workspace !== undefined && { workspace }) }, io.signal)
  const profile = { server, token, ...(workspace !== undefined && { workspace }) }
  await writeConfig(io.env, { current: name, profiles: new Map(config.profiles).set(name, profile) })
  const hint = isPlaced ? '' : ' The token reaches several workspaces: name one with --workspace.'
  const text = `Logged in to ${server}. Profile "${name}" is saved in ${configPath(io.env)}.${hint}`
  await writeTo(io.stdout, `${visible(text)}\n`, io.signal)
}

interface Place {
  readonly config: Config
  readonly name: string
}

/** A project's file is not asked: it must not lead anybody to type a token for a server of its choice. */
function chosenServer({ server }: LoginFlags, { config, name, env }: Place & Pick<Call<object>['io'], 'env'>): string {
  if (server !== undefined) return serverUrl(server, '--server')
  if (env['ACTRAIL_SERVER']) return serverUrl(env['ACTRAIL_SERVER'], 'ACTRAIL_SERVER')
  const known = config.profiles.get(name)?.server
  if (known !== undefined) return known
  throw usageFailure('To which server? Give where the activity API is mounted: --server https://app.example/api/v1')
}

/** A new token for the same server reads the same workspace. */
function keptWorkspace({ profiles }: Config, { name, server }: { readonly name: string; readonly server: string }) {
  const known = profiles.get(name)
  return known?.server === server ? known.workspace : undefined
}

async function readToken({ flags, io }: Call<LoginFlags>, server: string): Promise<string> {
  if (flags.tokenStdin !== true && io.stdin.isTTY !== true) {
    throw usageFailure('There is no terminal to type the token at. Pipe it in: actrail login --token-stdin < token.txt')
  }
  const token = flags.tokenStdin === true ? await readPiped(io) : await askSecret(`Token for ${visible(server)}: `, io)
  // Never repeated in a message: messages reach logs.
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new Failure('failed', 'The token is empty, or has characters that no token has. Nothing is saved.')
}

interface Credentials {
  readonly server: string
  readonly token: string
  readonly workspace?: string
}

/** Asks for one event. False when the token is good, but the server would have to know which workspace. */
async function isAccepted(credentials: Credentials, signal: AbortSignal): Promise<boolean> {
  return askAt(credentials, async (client) => {
    try {
      await client.list({ limit: 1 }, { signal })
      return true
    } catch (error) {
      if (errorCode(error) === 'ERR_WORKSPACE_AMBIGUOUS') return false
      throw error
    }
  })
}
