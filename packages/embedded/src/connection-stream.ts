import { Duplex } from 'node:stream'
import type { ToStore } from './messages'

/** A connection to the store, in the place of the socket that `pg` would open. */
export class ConnectionStream extends Duplex {
  #open = false

  /**
   * @param id Unique in this store.
   * @param dial Resolves with a way to the store once it runs; called when `pg` connects.
   */
  constructor(
    readonly id: number,
    private readonly dial: (stream: ConnectionStream) => Promise<(message: ToStore) => void>,
  ) {
    super({ allowHalfOpen: false })
  }

  #tell: (message: ToStore) => void = () => undefined

  /** Called by `pg` with a port and a host, which mean nothing here. */
  connect(): this {
    this.dial(this).then(
      (tell) => {
        if (this.destroyed) return
        this.#tell = tell
        this.#open = true
        tell({ kind: 'open', id: this.id })
        this.emit('connect')
      },
      (error: Error) => this.destroy(error),
    )
    return this
  }

  /** Part of a socket's interface; without meaning here. */
  setNoDelay(): this {
    return this
  }

  /** Part of a socket's interface; without meaning here. */
  setKeepAlive(): this {
    return this
  }

  /** Part of a socket's interface: the store's thread is what keeps the process alive. */
  ref(): this {
    return this
  }

  /** Part of a socket's interface: the store's thread is what keeps the process alive. */
  unref(): this {
    return this
  }

  override _read(): void {
    // pushed as it comes
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#tell({ kind: 'data', id: this.id, bytes: Uint8Array.from(chunk) }) // a copy: its memory moves over
    done()
  }

  override _final(done: (error?: Error) => void): void {
    this.#leave()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#leave()
    done(error)
  }

  #leave(): void {
    if (this.#open) this.#tell({ kind: 'close', id: this.id })
    this.#open = false
  }
}
