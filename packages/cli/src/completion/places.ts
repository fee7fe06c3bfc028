import type { CommandDefinition, FlagDefinition } from '../command'

/** A word that may be typed, and what it is for. */
export interface Word {
  readonly text: string
  readonly summary: string
}

/** A flag that may be typed, and what may follow it. */
export interface FlagWord extends Word {
  readonly short?: string
  /** `none`: it takes no value; `file`: a path; `any`: something that nobody can guess. */
  readonly value: 'none' | 'file' | 'any' | readonly string[]
}

/** What may be typed behind the words of `path`. */
export interface Place {
  /** The names of the commands so far: empty at the start, `activity list`. */
  readonly path: string
  readonly words: readonly Word[]
  readonly flags: readonly FlagWord[]
}

const EVERYWHERE: readonly FlagWord[] = [
  { text: '--help', short: '-h', summary: 'Show help', value: 'none' },
  { text: '--verbose', summary: 'Show the cause of an error as well', value: 'none' },
  { text: '--no-color', summary: 'No colours', value: 'none' },
]
const AT_THE_START: FlagWord = { text: '--version', short: '-V', summary: 'Show the version', value: 'none' }

/** Every place of the program at which something can be completed, the start first. */
export function placesOf(commands: readonly CommandDefinition[]): Place[] {
  const start: Place = { path: '', words: commands.map(wordOf), flags: [...EVERYWHERE, AT_THE_START] }
  return [start, ...commands.flatMap((command) => placesBelow('', command))]
}

function placesBelow(above: string, command: CommandDefinition): Place[] {
  const path = above === '' ? command.name : `${above} ${command.name}`
  const { commands = [], args = [] } = command
  // A group whose name alone runs a command takes the flags of that command.
  const usual = commands.find(({ isDefault = false }) => isDefault)
  const flags = [...(command.flags ?? []), ...(usual?.flags ?? [])].map(flagOf)
  const choices = args[0]?.choices ?? []
  const words = [...commands.map(wordOf), ...choices.map((text) => ({ text, summary: args[0]?.description ?? '' }))]
  return [{ path, words, flags: [...flags, ...EVERYWHERE] }, ...commands.flatMap((inner) => placesBelow(path, inner))]
}

function wordOf({ name, summary }: CommandDefinition): Word {
  return { text: name, summary }
}

function flagOf({ flag, description, choices }: FlagDefinition): FlagWord {
  const short = /^(-\w),/.exec(flag)?.[1]
  const [, text = '', value] = /(--[\w-]+)(?: [<[]([^>\]]+)[>\]])?/.exec(flag) ?? []
  const summary = description.replace(/(?<=\w)[.:] .*$|\.$/s, '')
  return { text, summary, value: choices ?? valueOf(value), ...(short !== undefined && { short }) }
}

function valueOf(name: string | undefined): FlagWord['value'] {
  if (name === undefined) return 'none'
  return /file|folder|directory|path/.test(name) ? 'file' : 'any'
}
