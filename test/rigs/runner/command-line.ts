import { isDeepStrictEqual, parseArgs } from 'node:util'
import type { Command, FlagSpec, FlagValue } from './command'
import { recordRun } from './record'

/** What `main.ts` of the rigs and of the benchmarks hands over. */
export interface CommandLine {
  /** What one command is called in messages: `rig` or `bench`. */
  readonly noun: 'rig' | 'bench'
  readonly commands: readonly Command[]
  readonly argv: readonly string[]
}

/** A mistake of the caller's: printed without a stack, exit status 2. */
class UsageError extends Error {}

const COMMON: Readonly<Record<string, FlagSpec>> = {
  seed: { default: 0, summary: 'replays a run (default: a new one, printed)' },
  record: { default: false, summary: 'keeps the result in docs/ and writes its page anew' },
  nightly: { default: false, summary: 'the long form' },
  help: { default: false, summary: 'prints this' },
}

/**
 * Runs the command that `argv` names, or `all` of them one after the other, each ending in one JSON line on stdout.
 *
 * @returns the exit status: 0 when everything passed, 1 when something did not, 2 for an unknown name or flag
 */
export async function runCommandLine(line: CommandLine): Promise<number> {
  try {
    const [name, ...rest] = line.argv
    if (name === undefined || name === '--help') throw new UsageError(listing(line))
    const chosen = name === 'all' ? line.commands : line.commands.filter((command) => command.name === name)
    if (chosen.length === 0) throw new UsageError(`Unknown ${line.noun} "${name}".\n${listing(line)}`)
    const parsed = chosen.flatMap((command) => parseFlags(line, command, rest).map((flags) => ({ command, flags })))
    let passed = true
    for (const { command, flags } of parsed) passed = (await runOne(line, command, flags)) && passed
    return passed ? 0 : 1
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    progress(error.message)
    return 2
  }
}

type Flags = Readonly<Record<string, FlagValue>>

async function runOne(line: CommandLine, command: Command, flags: Flags): Promise<boolean> {
  const seed = flags['seed'] || 1 + Math.floor(Math.random() * 0x7ffffffe)
  const shown = [line.noun, '--', command.name, ...otherThanDefault(command, flags)].join(' ')
  progress(`${command.name}: npm run -s ${shown} (seed ${seed})`)
  const began = Date.now()
  const result = await findings(command, { ...flags, seed })
  const { pass, ...figures } = result
  const seconds = Math.round((Date.now() - began) / 100) / 10
  const printed = { name: command.name, pass, ...figures, seed, seconds }
  if (flags['record']) {
    recordRun({ noun: line.noun, commands: line.commands, run: { ...printed, command: `npm run -s ${shown}` } })
  }
  process.stdout.write(`${JSON.stringify(printed)}\n`)
  return pass
}

function otherThanDefault(command: Command, flags: Flags): string[] {
  const changed = Object.entries(command.flags).filter(([name, spec]) => flags[name] !== spec.default)
  return changed.map(([name]) => (flags[name] === true ? `--${name}` : `--${name} ${flags[name]}`))
}

async function findings(command: Command, flags: Flags): Promise<{ pass: boolean }> {
  try {
    return await command.run(flags)
  } catch (error) {
    progress(error instanceof Error ? String(error.stack) : String(error))
    return { pass: false, ...{ error: error instanceof Error ? error.message : String(error) } }
  }
}

/** The flags of each run: one, or all of the long form; what is given holds for all of them. */
function parseFlags(line: CommandLine, command: Command, argv: readonly string[]): Flags[] {
  const specs = { ...command.flags, ...COMMON }
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      { type: typeof spec.default === 'boolean' ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  let given: Readonly<Record<string, unknown>>
  try {
    given = parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usage(line, command)}`)
  }
  if (given['help']) throw new UsageError(usage(line, command))
  const read = Object.entries(given).map(([name, text]) => {
    const spec = specs[name] as FlagSpec
    return [name, readFlag(`${command.name}: --${name}`, spec, text)]
  })
  const forms = given['nightly'] ? [command.nightly ?? {}].flat() : [{}]
  const defaults = Object.entries(specs).map(([name, spec]) => [name, spec.default])
  const runs = forms.map((form): Flags => ({ ...Object.fromEntries(defaults), ...form, ...Object.fromEntries(read) }))
  return runs.filter((one, n) => runs.findIndex((other) => isDeepStrictEqual(one, other)) === n)
}

function readFlag(name: string, spec: FlagSpec, text: unknown): FlagValue {
  const value = typeof spec.default === 'number' ? Number(text) : (text as string | boolean)
  if (typeof value === 'number' && (!Number.isFinite(value) || value < 0)) {
    throw new UsageError(`${name} takes a number from 0 up, not "${String(text)}"`)
  }
  if (spec.choices && !spec.choices.includes(value)) {
    throw new UsageError(`${name} takes one of ${spec.choices.join(', ')}, not "${String(text)}"`)
  }
  return value
}

function listing(line: CommandLine): string {
  const rows = line.commands.map((command) => `  ${command.name.padEnd(12)} ${command.summary}`)
  return [
    `npm run -s ${line.noun} -- <name> [flags], where <name> is one of`,
    ...rows,
    '  all          each of them',
  ].join('\n')
}

function usage(line: CommandLine, command: Command): string {
  const rows = Object.entries({ ...command.flags, ...COMMON }).map(([name, spec]) => {
    const value = typeof spec.default === 'boolean' ? '' : ` <${spec.choices?.join('|') ?? typeof spec.default}>`
    const fallback = spec.default === false || name === 'seed' ? '' : ` (default ${spec.default})`
    return `  ${`--${name}${value}`.padEnd(28)} ${spec.summary}${fallback}`
  })
  return [`npm run -s ${line.noun} -- ${command.name} [flags]: ${command.summary}`, ...rows].join('\n')
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`)
}
