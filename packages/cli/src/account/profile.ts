import type { CommandDefinition, Io } from '../command'
import { usageFailure } from '../failure'
import { type Config, type Profile, readConfig, writeConfig } from '../settings/config-file'
import { createPaint } from '../terminal/paint'
import { type Column, tableLines } from '../terminal/table'
import { visibleJson } from '../terminal/visible'
import { writeTo } from '../terminal/write-to'

/** What is shown of a profile: never its token, only whether there is one. */
interface ShownProfile {
  readonly name: string
  readonly is_current: boolean
  readonly server: string
  readonly workspace: string | null
  readonly has_token: boolean
}

const COLUMNS: readonly Column<ShownProfile>[] = [
  { heading: ' ', cell: (profile) => (profile.is_current ? '*' : ' '), isFixed: true },
  { heading: 'NAME', cell: ({ name }) => name },
  { heading: 'SERVER', cell: ({ server }) => server },
  { heading: 'WORKSPACE', cell: ({ workspace }) => workspace ?? '-' },
  { heading: 'TOKEN', cell: (profile) => (profile.has_token ? 'saved' : 'none'), isFixed: true },
]

const NAME = { argument: '<name>', description: 'The name of the profile.' }
const JSON_FLAG = { flag: '--json', description: 'As JSON.' }

const list: CommandDefinition<{ readonly json?: boolean }> = {
  name: 'list',
  summary: 'Show all profiles; a star marks the current one',
  isDefault: true,
  flags: [JSON_FLAG],
  async run({ flags, io }) {
    const config = await readConfig(io.env)
    const shown = [...config.profiles].map(([name, profile]) => shownOf(name, profile, config))
    if (flags.json) return writeTo(io.stdout, `${visibleJson(shown, 2)}\n`, io.signal)
    if (shown.length === 0) return writeTo(io.stdout, 'No profiles. Make one with: actrail login\n', io.signal)
    const style = { width: io.isTTY ? io.columns : undefined, paint: createPaint(io, flags.color) }
    await writeTo(io.stdout, `${tableLines(COLUMNS, shown, style).join('\n')}\n`, io.signal)
  },
}

const use: CommandDefinition = {
  name: 'use',
  summary: 'Use a profile from now on',
  args: [NAME],
  async run({ args: [name = ''], io }) {
    const { profiles } = await known(name, io)
    await writeConfig(io.env, { current: name, profiles })
    await writeTo(io.stdout, `Profile "${name}" is used where none is named.\n`, io.signal)
  },
}

const show: CommandDefinition = {
  name: 'show',
  summary: 'Show a profile as JSON, without its token',
  args: [{ ...NAME, argument: '[name]', description: 'The name of the profile. Default: the current one.' }],
  async run({ args: [given], io }) {
    const config = await readConfig(io.env)
    const name = given ?? config.current ?? ''
    const profile = config.profiles.get(name)
    if (profile === undefined) throw unknown(name)
    await writeTo(io.stdout, `${visibleJson(shownOf(name, profile, config), 2)}\n`, io.signal)
  },
}

const remove: CommandDefinition = {
  name: 'remove',
  summary: 'Remove a profile with its token',
  args: [NAME],
  async run({ args: [name = ''], io }) {
    const { current, profiles } = await known(name, io)
    const rest = new Map([...profiles].filter(([other]) => other !== name))
    await writeConfig(io.env, { ...(current !== undefined && current !== name && { current }), profiles: rest })
    await writeTo(io.stdout, `Profile "${name}" is removed.\n`, io.signal)
  },
}

/** `actrail profile`: servers that one has logged in to. */
export const profile: CommandDefinition = {
  name: 'profile',
  summary: 'Show, choose and remove saved servers',
  commands: [list, use, show, remove],
}

async function known(name: string, { env }: Pick<Io, 'env'>): Promise<Config> {
  const config = await readConfig(env)
  if (!config.profiles.has(name)) throw unknown(name)
  return config
}

function unknown(name: string): Error {
  const what = name === '' ? 'No profile is current' : `There is no profile "${name}"`
  return usageFailure(`${what}. Those that there are: actrail profile list`)
}

function shownOf(name: string, { server, workspace, token }: Profile, { current }: Config): ShownProfile {
  return {
    name,
    is_current: name === current,
    server,
    workspace: workspace ?? null,
    has_token: token !== undefined,
  }
}
