import type { Io } from '../command'
import { interruption } from '../interruption'

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const BACKSPACES = ['\u007f', '\b']
/** The most that is read: a token is shorter by far. */
const LONGEST = 64 * 1024

interface Terminal {
  setRawMode?(isRaw: boolean): unknown
}

/**
 * Asks for a secret on the terminal; nothing of it is shown. Ends with the enter key. The question goes to standard
 * error, so that standard output can be piped.
 */
export async function askSecret(
  question: string,
  { stdin, stderr, signal }: Pick<Io, 'stdin' | 'stderr' | 'signal'>,
): Promise<string> {
  const terminal = stdin as Terminal
  // First the terminal, then the question: who pastes at once must not see it either.
  terminal.setRawMode?.(true)
  stderr.write(question)
  try {
    return await typed(stdin, signal)
  } finally {
    terminal.setRawMode?.(false)
    stdin.pause()
    stderr.write('\n')
  }
}

/** Everything that is piped in, without white space around it. */
export async function readPiped({ stdin, signal }: Pick<Io, 'stdin' | 'signal'>): Promise<string> {
  let text = ''
  for await (const piece of stdin) {
    signal.throwIfAborted()
    text += String(piece)
    if (text.length > LONGEST) break
  }
  return text.trim()
}

function typed(stdin: Io['stdin'], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const end = (settle: () => void): void => {
      stdin.off('data', take)
      stdin.off('end', done)
      signal.removeEventListener('abort', abort)
      settle()
    }
    const done = (): void => end(() => resolve(text.trim()))
    const abort = (): void => end(() => reject(signal.reason as Error))
    const take = (piece: Buffer | string): void => {
      for (const character of String(piece)) {
        // In raw mode the terminal makes no signal of Ctrl-C.
        if (character === CTRL_C) return end(() => reject(interruption('SIGINT')))
        if (character === '\r' || character === '\n' || character === CTRL_D) return done()
        if (BACKSPACES.includes(character)) text = text.slice(0, -1)
        else if (text.length < LONGEST) text += character
      }
    }
    stdin.on('data', take)
    stdin.on('end', done)
    signal.addEventListener('abort', abort)
  })
}
