import { PassThrough, Writable } from 'node:stream'

import { COMMANDS } from '../../packages/cli/src/commands'
import type { Io } from '../../packages/cli/src/command'
import { run } from '../../packages/cli/src/program'

/** What a run of the command line left behind. */
export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** What a test may say of the process that the command runs in. Default: no terminal, an empty environment, an empty folder. */
export interface Surroundings extends Partial<Pick<Io, 'env' | 'cwd' | 'isTTY' | 'isErrorTTY' | 'columns' | 'signal'>> {
  /** What is typed or piped in. */
  readonly input?: string | Io['stdin']
  /** Told each piece of standard output as it is written. */
  readonly onOutput?: (text: string) => void
  /** The same of standard error. */
  readonly onMessage?: (text: string) => void
}

/** Runs the program in this process, with streams of its own. */
export async function runCli(argv: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const { input = '', onOutput, onMessage, ...io } = surroundings
  const stdout = collector(onOutput)
  const stderr = collector(onMessage)
  const exitCode = await run(
    argv,
    {
      stdin: typeof input === 'string' ? new PassThrough().end(input) : input,
      stdout: stdout.stream,
      stderr: stderr.stream,
      env: {},
      // Nothing lies in the folder of a fresh machine; the root has no folder above it either.
      cwd: '/',
      isTTY: false,
      isErrorTTY: false,
      columns: 80,
      signal: new AbortController().signal,
      ...io,
    },
    COMMANDS,
  )
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() }
}

function collector(told: (text: string) => void = () => undefined) {
  const pieces: Buffer[] = []
  const stream = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece)
      told(piece.toString())
      done()
    },
  })
  return { stream, text: () => Buffer.concat(pieces).toString() }
}
