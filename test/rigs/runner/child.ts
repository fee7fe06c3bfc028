import { type ChildProcess, fork } from 'node:child_process'
import { progress } from './command'

/** How to start a child process of a rig. */
export interface ChildOptions {
  /** Path of the TypeScript file, absolute. */
  readonly script: string
  /** Handed to the child as JSON in its first argument. */
  readonly settings: unknown
  /** More flags of `node`, such as `--cpu-prof`. */
  readonly nodeFlags?: readonly string[]
}

/** A child process that answers questions over its IPC channel. */
export interface Child {
  readonly pid: number
  /** Resolves with what the child announced once it serves; rejects when it dies before. */
  readonly ready: Promise<unknown>
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>
  /** Asks and waits for the answer; rejects when the child dies first or answers with an error. */
  ask(question: string, value?: unknown): Promise<unknown>
  /** Sends the signal and waits until the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>
}

/** What {@link serveParent} sends. */
export type FromChild =
  | { readonly kind: 'ready'; readonly value: unknown }
  | { readonly kind: 'answer'; readonly number: number; readonly value?: unknown; readonly error?: string }

/** What {@link startChild} sends. */
export interface FromParent {
  readonly number: number
  readonly question: string
  readonly value: unknown
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/**
 * Starts a TypeScript file as a process of its own. It ends with its parent: {@link serveParent} exits when the channel
 * closes. What it prints goes to stderr.
 */
export function startChild(options: ChildOptions): Child {
  const started = fork(options.script, [JSON.stringify(options.settings)], {
    // tsx as a CommonJS hook: `--import tsx` would add a worker thread to what is measured.
    execArgv: ['--require', require.resolve('tsx/cjs'), ...(options.nodeFlags ?? [])],
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const questions = new Map<number, Waiting>()
  const gone = new Promise<void>((resolve) => started.once('exit', () => resolve()))
  const ready = new Promise<unknown>((resolve, reject) => {
    questions.set(READY, { resolve, reject })
  })
  ready.catch(() => undefined) // a rig that kills during the start does not wait for it
  started.on('message', (message) => settle(questions, message as FromChild))
  started.on('error', (error) => progress(`${options.script}: ${error.message}`))
  void gone.then(() => {
    const error = new Error(`${options.script} ended (${started.signalCode ?? started.exitCode})`)
    for (const waiting of questions.values()) waiting.reject(error)
    questions.clear()
  })
  return { pid: started.pid ?? -1, ready, gone, ask: asker(started, questions), kill: killer(started, gone) }
}

const READY = 0

function settle(questions: Map<number, Waiting>, message: FromChild): void {
  const number = message.kind === 'ready' ? READY : message.number
  const waiting = questions.get(number)
  questions.delete(number)
  if (message.kind === 'answer' && message.error !== undefined) waiting?.reject(new Error(message.error))
  else waiting?.resolve(message.value)
}

function asker(started: ChildProcess, questions: Map<number, Waiting>): Child['ask'] {
  let last = READY
  return (question, value) =>
    new Promise((resolve, reject) => {
      if (!started.connected) return reject(new Error(`nobody to ask "${question}": the child is gone`))
      const number = ++last
      questions.set(number, { resolve, reject })
      const message: FromParent = { number, question, value }
      started.send(message, (error) => error && reject(error))
    })
}

function killer(started: ChildProcess, gone: Promise<void>): Child['kill'] {
  return async (signal) => {
    if (started.exitCode === null && started.signalCode === null) started.kill(signal)
    await gone
  }
}
