/** A value that a flag can have; the type of its default decides how its text is read. */
export type FlagValue = number | string | boolean

/** One flag of a command: its default (which fixes the type), what it does, and the values it takes if they are few. */
export interface FlagSpec {
  readonly default: FlagValue
  readonly summary: string
  readonly choices?: readonly FlagValue[]
}

/** The flags of a command by name. */
export type FlagSpecs = Readonly<Record<string, FlagSpec>>

type Widen<T> = T extends number ? number : T extends string ? string : T extends boolean ? boolean : never

/** The parsed flags of a command, typed by the defaults, and the seed that every command has. */
export type FlagsOf<S extends FlagSpecs> = { readonly [K in keyof S]: Widen<S[K]['default']> } & {
  readonly seed: number
}

/** What a rig or a benchmark found: its figures, and whether all of them reached their bar. */
export interface Findings {
  readonly pass: boolean
  readonly [figure: string]: unknown
}

/** One rig or benchmark, as `npm run rig -- <name>` and `npm run bench -- <name>` know it. */
export interface Command {
  readonly name: string
  readonly summary: string
  /** The bar in one line, as the generated page shows it. */
  readonly bar: string
  readonly flags: FlagSpecs
  /** Flags of the long form, used by `all --nightly`; several where it is several runs. */
  readonly nightly?: Readonly<Record<string, FlagValue>> | readonly Readonly<Record<string, FlagValue>>[]
  run(flags: Readonly<Record<string, FlagValue>>): Promise<Findings>
}

/** A command as its author writes it: `run` gets flags typed by their defaults. */
export interface CommandDefinition<S extends FlagSpecs> extends Omit<Command, 'run' | 'flags'> {
  readonly flags: S
  run(flags: FlagsOf<S>): Promise<Findings>
}

/** Checks the flags' types at the definition and forgets them for the table of commands. */
export function defineCommand<const S extends FlagSpecs>(definition: CommandDefinition<S>): Command {
  return { ...definition, run: (flags) => definition.run(flags as FlagsOf<S>) }
}

/** A line about what goes on, to stderr: stdout carries the result alone. Nothing inside Jest, whose output is its own. */
export function progress(text: string): void {
  if (process.env['JEST_WORKER_ID'] !== undefined) return
  process.stderr.write(`${text}\n`)
}
