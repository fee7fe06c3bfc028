import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { tokenOf } from './app'

/** One event as a follower had it. */
export interface Had {
  readonly id: string
  readonly action: string
  /** When the application recorded it and when it arrived, in ms since 1970. */
  readonly recordedAt: number
  readonly at: number
}

/** How a follower behaves. */
export interface Manner {
  readonly port: number
  readonly workspace: string
  /** Stops reading for so many ms, now and then; 0: never. */
  readonly stallMs: number
  /** Disconnects after about so many events, and comes back with the id of the last; 0: never. */
  readonly cutAfter: number
  /** A number between 0 and 1. */
  readonly random: () => number
}

/** Somebody who follows a workspace over HTTP, as a browser would. */
export interface Follower {
  readonly had: readonly Had[]
  /** Connections that it needed. */
  readonly connections: number
  /** Answers that were no stream. */
  readonly refused: number
  stop(): void
}

const RETRY_MS = 50
/** Events between two stalls. */
const STALL_AFTER = 300

/** Follows until it is stopped. Resolves when the first connection stands. */
export async function startFollower(manner: Manner): Promise<Follower> {
  const follower = new HttpFollower(manner)
  await follower.connect()
  return follower
}

class HttpFollower implements Follower {
  readonly had: Had[] = []
  connections = 0
  refused = 0
  private request: ClientRequest | undefined
  private stopped = false
  private cutAt = 0

  constructor(private readonly manner: Manner) {}

  async connect(): Promise<void> {
    const { port, workspace, cutAfter, random } = this.manner
    this.connections++
    this.cutAt = cutAfter === 0 ? Infinity : this.had.length + Math.ceil(cutAfter * (0.5 + random()))
    const last = this.had.at(-1)?.id
    const headers = {
      authorization: `Bearer ${tokenOf(workspace)}`,
      ...(last !== undefined && { 'last-event-id': last }),
    }
    const request = get({ port, host: '127.0.0.1', path: '/activity/stream', headers, agent: false })
    this.request = request
    const again = (): void =>
      void (
        this.stopped ||
        wait(RETRY_MS)
          .then(() => this.connect())
          .catch(() => undefined)
      )
    const response = await new Promise<IncomingMessage | undefined>((resolve) => {
      request.once('response', resolve).on('error', () => resolve(undefined))
    })
    if (response?.statusCode !== 200) {
      this.refused++
      request.destroy()
      return again()
    }
    response.on('error', () => undefined).once('close', again)
    void this.read(response)
  }

  private async read(response: IncomingMessage): Promise<void> {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      text += chunk
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.take(text.slice(0, end), response)
        text = text.slice(end + 2)
        if (response.destroyed) return
      }
    })
  }

  private take(block: string, response: IncomingMessage): void {
    const [, id, data] = /^id: (.*)\nevent: activity\ndata: (.*)$/.exec(block) ?? []
    if (id === undefined || data === undefined || this.stopped) return
    const event = JSON.parse(data) as { action: string; details?: { recordedAt?: number } }
    if (!event.action.startsWith('event.')) return
    const recordedAt = event.details?.recordedAt ?? 0
    this.had.push({ id, action: event.action, recordedAt, at: performance.timeOrigin + performance.now() })
    if (this.had.length >= this.cutAt) response.destroy()
    else if (this.manner.stallMs > 0 && this.had.length % STALL_AFTER === 0) this.stall(response)
  }

  private stall(response: IncomingMessage): void {
    response.pause()
    void wait(this.manner.stallMs * (0.5 + this.manner.random())).then(() => response.resume())
  }

  stop(): void {
    this.stopped = true
    this.request?.destroy()
  }
}
