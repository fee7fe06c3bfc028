import type { Readable, Writable } from 'node:stream'

/** All that a command may touch of the process that it runs in, so that tests can run it without one. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable
  readonly stderr: Writable
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the project file is looked for, and what relative paths are relative to. */
  readonly cwd: string
  /** Standard output is a terminal: colours, and rows cut to its width. */
  readonly isTTY: boolean
  /** Standard error is a terminal: progress is shown there. */
  readonly isErrorTTY: boolean
  /** Width of the terminal in columns. */
  readonly columns: number
  /** Aborted when the command should end: Ctrl-C, SIGTERM, or nobody reads its output any more. */
  readonly signal: AbortSignal
}

/** Flags that every command takes. */
export interface GlobalFlags {
  /** Show the cause of an error. */
  readonly verbose: boolean
  /** False for `--no-color`. */
  readonly color: boolean
}

/** One run of a command: what was typed, and where it runs. */
export interface Call<Flags> {
  readonly io: Io
  /** By their names in camel case; a flag that was not given and has no default is `undefined`, or absent. */
  readonly flags: Flags & GlobalFlags
  /** The arguments in the order of the command's `args`; an optional one that was not given is absent. */
  readonly args: readonly string[]
}

/** A flag of a command. */
export interface FlagDefinition {
  /** Its short and long name and its value: `--limit <count>`, `-o, --output <file>`, `--json`. */
  readonly flag: string
  readonly description: string
  /** Reads the value; throws `usageFailure(…)` for one that it cannot have. Default: the text as typed. */
  readonly parse?: (text: string) => unknown
  readonly default?: string | number | boolean
  /** The only values that it takes. */
  readonly choices?: readonly string[]
  /** May be given several times; its value is an array then. A flag that is not repeatable is refused the second time. */
  readonly isRepeatable?: boolean
  readonly isRequired?: boolean
  /** Names in camel case of flags that it cannot be given together with. */
  readonly conflicts?: readonly string[]
}

/** An argument of a command: `<name>` if it must be given, `[name]` if it may. */
export interface ArgumentDefinition {
  readonly argument: string
  readonly description: string
  readonly choices?: readonly string[]
}

/**
 * A command, or a group of them: help, shell completion and docs/reference/cli.md are made from it. A module that
 * defines one is loaded at every start, so it loads what is heavy (core, TypeORM) within `run`, by `await import(…)`.
 */
export interface CommandDefinition<Flags = object> {
  readonly name: string
  /** One line, without a full stop. */
  readonly summary: string
  /** Further sentences for its help. */
  readonly description?: string
  readonly args?: readonly ArgumentDefinition[]
  readonly flags?: readonly FlagDefinition[]
  /** Lines as they are typed, shown below the help. */
  readonly examples?: readonly string[]
  /** The commands of a group. */
  readonly commands?: readonly CommandDefinition[]
  /** Run when the group is named without a command. */
  readonly isDefault?: boolean
  /**
   * Does it. Ends with exit code 0; throws a `Failure` for another one. What it writes to `io.stdout` is awaited by
   * `writeTo` (terminal/write-to.ts), never held in memory.
   */
  run?(call: Call<Flags>): Promise<void>
}
