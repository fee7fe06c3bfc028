// Prints docs/reference/cli.md. `npm run check -- cli` compares the two, `--update` writes the file.

import { PassThrough } from 'node:stream'

import type { CommandDefinition } from '../packages/cli/src/command'
import { COMMANDS } from '../packages/cli/src/commands'
import { EXIT_CODES } from '../packages/cli/src/exit-code'
import { buildProgram } from '../packages/cli/src/program'

type Command = ReturnType<typeof buildProgram>
type Option = Command['options'][number]

const HEAD = `# Command line

<!-- Written by \`npm run check -- cli --update\` from the program in packages/cli/src. -->

\`actrail\` reads the activity log over HTTP and looks after its database. \`actrail <command> --help\` shows what this page
shows.

- **Output.** Results go to standard output, messages and progress to standard error. Tables fit the width of the
  terminal; in a pipe nothing is cut. What a terminal would obey in recorded text (control characters, turned text) is
  written out, such as \`\\x1b\` or \`\\u202e\`. Colours only on a terminal: \`--no-color\` and \`NO_COLOR\` turn them off,
  \`FORCE_COLOR=1\` turns them on elsewhere.
- **Times** are in UTC, shown and given, so that what a table shows can be given to \`--from\`. \`--local\` shows the time
  zone of the terminal.
- **Server, workspace and token** are taken from the first of these that has them: flags; \`ACTRAIL_SERVER\`,
  \`ACTRAIL_WORKSPACE\`, \`ACTRAIL_TOKEN\`, \`ACTRAIL_PROFILE\`; the file \`.actrailrc.json\` in the folder or one above it
  (\`{ "profile": …, "server": …, "workspace": … }\`, never a token); the current profile of \`actrail login\`. A profile
  that one of them names counts as said right behind it. A profile's token goes to the server of that profile only, and
  no token goes to a server that only \`.actrailrc.json\` names, unless you have logged in to it.
- **Errors** are one line on standard error: what happened and what to do. \`--verbose\` adds the cause.
- **Where a file holds settings.** \`actrail/config.json\` below \`$XDG_CONFIG_HOME\`, else \`~/.config\`, readable for its
  owner only.
- **Ctrl-C** ends every command, also \`activity stream\`, with exit code 130; an export leaves no file then.
`

function pageOf(): string {
  const stream = new PassThrough()
  const program = buildProgram(COMMANDS, {
    ...{ stdin: stream, stdout: stream, stderr: stream, env: {}, cwd: '/', columns: 80 },
    ...{ isTTY: false, isErrorTTY: false, signal: new AbortController().signal },
  })
  return [
    HEAD,
    exitCodes(),
    '## Flags of every command\n',
    flagTable(program.options),
    ...sectionsOf(program, COMMANDS),
  ].join('\n')
}

function exitCodes(): string {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`)
  return ['## Exit codes\n', '| code | meaning |', '| --- | --- |', ...rows, ''].join('\n')
}

function sectionsOf(parent: Command, definitions: readonly CommandDefinition[]): string[] {
  return definitions.flatMap((definition) => {
    const command = parent.commands.find((one) => one.name() === definition.name)
    if (command === undefined) throw new Error(`The program lacks the command ${definition.name}.`)
    return [sectionOf(command, definition), ...sectionsOf(command, definition.commands ?? [])]
  })
}

function sectionOf(command: Command, { examples = [], commands = [] }: CommandDefinition): string {
  const help = command.createHelp()
  const parts = [
    `## ${pathOf(command)}\n`,
    `\`${help.commandUsage(command)}\`\n`,
    `${escaped(command.description())}\n`,
  ]
  if (commands.length > 0) parts.push(...commands.map(({ name, summary }) => `- \`${name}\`: ${escaped(summary)}`), '')
  const args = command.registeredArguments
  if (args.length > 0) {
    parts.push('| argument | meaning |', '| --- | --- |')
    parts.push(...args.map((one) => `| \`${one.name()}\` | ${cell(one.description, one.argChoices)} |`), '')
  }
  if (command.options.length > 0) parts.push(flagTable(command.options))
  if (examples.length > 0) parts.push('```sh', ...examples, '```', '')
  return parts.join('\n')
}

function flagTable(options: readonly Option[]): string {
  const rows = options.map(
    (option) => `| \`${option.flags}\` | ${cell(option.description, option.argChoices)}${defaultOf(option)} |`,
  )
  return ['| flag | meaning |', '| --- | --- |', ...rows, ''].join('\n')
}

function cell(text: string, choices: readonly string[] | undefined): string {
  const values = choices === undefined ? '' : ` One of ${choices.map((choice) => `\`${choice}\``).join(', ')}.`
  return (escaped(text) + values).replaceAll('|', '\\|')
}

function defaultOf({ defaultValue, required }: Option): string {
  return required && defaultValue !== undefined ? ` Default: \`${String(defaultValue)}\`.` : ''
}

/** Descriptions are plain text: signs that Markdown would take for its own stand for themselves. */
function escaped(text: string): string {
  return text.replaceAll(/[<*_]/g, '\\$&')
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}

process.stdout.write(`${pageOf().trimEnd()}\n`)
