import { Argument, Command, CommanderError, Option } from 'commander'

import type { Call, CommandDefinition, FlagDefinition, GlobalFlags, Io } from './command'
import { EXIT_CODES, type ExitCode } from './exit-code'
import { errorCode } from './error-code'
import { Failure } from './failure'
import { OUTPUT_CLOSED } from './interruption'
import { explain } from './explain'
import { version } from './version'

/**
 * Runs the program: reads the arguments, runs the command that they name, writes to the streams of `io`. Never rejects:
 * what goes wrong is one line on standard error.
 *
 * @param argv what was typed behind the program's name
 * @returns the exit code
 */
export async function run(argv: readonly string[], io: Io, commands: readonly CommandDefinition[]): Promise<ExitCode> {
  const output = new AbortController()
  const closed = (error: Error): void => output.abort(isClosed(error) ? OUTPUT_CLOSED : error)
  io.stdout.on('error', closed)
  // Where messages cannot be shown there is nobody to tell.
  io.stderr.on('error', () => undefined)
  const within: Io = { ...io, signal: AbortSignal.any([io.signal, output.signal]) }
  const program = buildProgram(commands, within)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return EXIT_CODES.ok.code
  } catch (error) {
    return endOf(error, within, program.opts<GlobalFlags>().verbose)
  }
}

/** The commander program of a list of commands; each of them runs within `io`. */
export function buildProgram(commands: readonly CommandDefinition[], io: Io): Command {
  const program = new Command('actrail')
    .description('The Actrail activity log in the terminal.')
    .version(version(), '-V, --version', 'Show the version.')
    .helpOption('-h, --help', 'Show this help.')
    .helpCommand('help [command]', 'Show the help of a command.')
    .option('--verbose', 'Show the cause of an error as well.', false)
    .option('--no-color', 'No colours. Also: NO_COLOR in the environment.')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 20 })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
  for (const command of commands) addCommand(program, command, io)
  return program
}

function addCommand(parent: Command, definition: CommandDefinition, io: Io): void {
  const { name, summary, description, args = [], flags = [], examples = [], commands = [] } = definition
  const command = parent.command(name, { isDefault: definition.isDefault === true })
  command.summary(summary).description([`${summary}.`, description].filter(Boolean).join(' '))
  for (const { argument, description: text, choices } of args) {
    const one = new Argument(argument, text)
    command.addArgument(choices === undefined ? one : one.choices([...choices]))
  }
  for (const flag of flags) command.addOption(optionOf(flag))
  if (examples.length > 0) command.addHelpText('after', () => ['\nExamples:', ...examples].join('\n  '))
  for (const inner of commands) addCommand(command, inner, io)
  if (definition.run === undefined) return
  command.allowExcessArguments(false)
  command.action(async () => {
    const call: Call<object> = { io, flags: command.optsWithGlobals<GlobalFlags>(), args: command.args }
    await definition.run?.(call)
  })
}

function optionOf(definition: FlagDefinition): Option {
  const { flag, description, choices, conflicts = [], isRequired = false } = definition
  const option = new Option(flag, description).conflicts([...conflicts])
  if (definition.default !== undefined) option.default(definition.default)
  if (choices !== undefined) option.choices([...choices])
  if (isRequired) option.makeOptionMandatory()
  if (/[<[]/.test(flag)) option.argParser(reader(definition))
  return option
}

/** Reads the values of one flag, of one run. */
function reader({ flag, parse, choices, isRepeatable = false }: FlagDefinition) {
  const values: unknown[] = []
  return (text: string): unknown => {
    if (choices !== undefined && !choices.includes(text)) {
      throw new Failure('usage', `${flag}: "${text}" is none of ${choices.join(', ')}.`)
    }
    if (!isRepeatable && values.length > 0) throw new Failure('usage', `${flag} is given twice. Give it once.`)
    values.push(parse === undefined ? text : parse(text))
    return isRepeatable ? values : values[0]
  }
}

function endOf(error: unknown, { stderr, signal }: Io, isVerbose: boolean): ExitCode {
  // Commander has written its message by itself, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok.code : EXIT_CODES.usage.code
  // Whatever failed because it was told to end has ended for that reason.
  const reason: unknown = signal.aborted ? signal.reason : error
  if (reason === OUTPUT_CLOSED) return EXIT_CODES.ok.code
  const { ending, text } = explain(reason, { isVerbose })
  if (ending !== 'interrupted' && ending !== 'terminated') stderr.write(`${text}\n`)
  return EXIT_CODES[ending].code
}

function isClosed(error: Error): boolean {
  return ['EPIPE', 'ERR_STREAM_DESTROYED'].includes(errorCode(error) ?? '')
}
