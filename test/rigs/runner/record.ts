import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { findBinaries } from '../../db/binaries'
import type { Command } from './command'

/** One kept run: what the command printed, when, where and by which command line. */
export interface RecordedRun {
  readonly name: string
  readonly pass: boolean
  readonly command: string
  readonly date: string
  readonly machine: string
  readonly figures: Readonly<Record<string, unknown>>
}

/** A run as the command line hands it over: the printed line and the command that printed it. */
export interface PrintedRun {
  readonly name: string
  readonly pass: boolean
  readonly command: string
  readonly [figure: string]: unknown
}

interface Recording {
  readonly noun: 'rig' | 'bench'
  readonly commands: readonly Command[]
  readonly run: PrintedRun
}

const DOCS = join(__dirname, '../../../docs')
const PAGES = {
  rig: {
    file: 'proofs',
    title: 'Proofs',
    lead: 'Each rig breaks something on purpose and compares what the log holds with what the clients know.',
  },
  bench: {
    file: 'benchmarks',
    title: 'Benchmarks',
    lead: 'Ratios come from one interleaved run each; the method of each is in `bench/README.md`.',
  },
} as const

/** The JSON file and the page that hold the recorded runs of rigs or of benchmarks. */
export function recordPaths(noun: Recording['noun']): { readonly runs: string; readonly page: string } {
  return { runs: join(DOCS, `${PAGES[noun].file}.json`), page: join(DOCS, `${PAGES[noun].file}.md`) }
}

/** A command is kept once, or once for each framework that it was run with: then the framework is part of its name. */
function runKey(name: string, framework: unknown): string {
  return typeof framework === 'string' ? `${name} ${framework}` : name
}

/** Keeps the last run of each command in `docs/<page>.json` and writes `docs/<page>.md` from all of them. */
export function recordRun({ noun, commands, run }: Recording): void {
  const { runs, page } = recordPaths(noun)
  const { name: commandName, pass, command, ...figures } = run
  const name = runKey(commandName, figures['framework'])
  const kept: RecordedRun = {
    name,
    pass,
    command,
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    figures,
  }
  const all = { ...readRuns(noun), [name]: kept }
  writeFileSync(runs, `${JSON.stringify(all, null, 2)}\n`)
  writeFileSync(page, renderPage(noun, commands, all))
}

/** The recorded runs by name; none when nothing was recorded yet. */
export function readRuns(noun: Recording['noun']): Readonly<Record<string, RecordedRun>> {
  try {
    return JSON.parse(readFileSync(recordPaths(noun).runs, 'utf8')) as Record<string, RecordedRun>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

/** The page as text: a table of results, then every figure of every run. Pure, so that a test can hold the file to it. */
export function renderPage(
  noun: Recording['noun'],
  commands: readonly Command[],
  runs: Readonly<Record<string, RecordedRun>>,
): string {
  const { title, lead } = PAGES[noun]
  const known = commands.flatMap((command) =>
    Object.values(runs)
      .filter(({ name }) => name === command.name || name.startsWith(`${command.name} `))
      .map((run) => ({ command, run })),
  )
  const rows = known.map(
    ({ command, run }) => `| \`${run.name}\` | ${command.bar} | ${run.pass ? 'yes' : '**no**'} | ${run.date} |`,
  )
  const sections = known.map(({ command, run }) => section(command, run))
  return [
    `# ${title}`,
    '',
    `Generated from runs by \`npm run -s ${noun} -- <name> --record\`; do not edit. ${lead}`,
    '',
    '| name | bar | reached | date |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...sections,
  ].join('\n')
}

function section(command: Command, run: RecordedRun): string {
  const figures = Object.entries(run.figures).map(([name, value]) => `| ${name} | ${cell(value)} |`)
  return [
    `## ${run.name}`,
    '',
    `${command.summary}. \`${run.command}\`, ${run.date}, ${run.machine}.`,
    '',
    '| figure | value |',
    '| --- | --- |',
    ...figures,
    '',
  ].join('\n')
}

function cell(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('|', '\\|')
}

function machine(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} cores shared by all processes, ${gigabytes} GB, Node ${process.versions.node}, PostgreSQL ${postgresVersion()}`
}

/** The version that `startPostgres` starts by default, as its package states it. */
function postgresVersion(): string {
  const manifest = join(findBinaries(18), '../package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  return version.replace(/-.*/, '')
}
