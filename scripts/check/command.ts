import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

import type { Verdict } from './check'

/** The repository's top folder. */
export const ROOT = resolve(__dirname, '../..')

/** What a finished command left behind: its exit code (null after a signal) and its two streams as text. */
export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command line and where to run it. `cwd` defaults to the repository's top folder. */
export interface CommandOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a program to its end without a shell and without standard input; rejects only when it cannot be started. */
export function runProgram(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  return new Promise((resolvePromise, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (code) =>
      resolvePromise({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    )
  })
}

/** Runs a command that npm installed, by the script in `node_modules/.bin` of the given folder (default: the root). */
export function runTool(tool: string, args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  return runProgram(join(options.cwd ?? ROOT, 'node_modules/.bin', tool), args, options)
}

/** Runs one of the repository's TypeScript programs, such as `scripts/openapi.ts`. */
export function runScript(script: string, args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  return runProgram(process.execPath, ['--import', 'tsx', script, ...args], options)
}

/** A passing verdict for exit code 0; otherwise everything that the command printed, as one problem. */
export function verdictOf(finished: Finished, note?: string): Verdict {
  if (finished.code === 0) return { problems: [], ...(note === undefined ? {} : { note }) }
  const printed = `${finished.stdout}\n${finished.stderr}`.trim()
  return { problems: [printed === '' ? `ended with exit code ${String(finished.code)} and no output` : printed] }
}
