import type { HttpAdapterHost } from '@nestjs/core'
import type { AuditTrail } from './audit-trail.js'
import type { HttpCalls } from './http-calls.js'
import { HttpExchange } from './http-exchange.js'
import { captureAll, mountApi } from './platform.js'

/** What requests are captured into. */
interface Captured {
  readonly trail: AuditTrail
  readonly calls: HttpCalls
}

/** Hangs the trail into the platform of an application; does nothing in one without HTTP. */
export class HttpCapture {
  private captures = false

  /**
   * Captures from now on, before Nest and the host add their own: what a body parser refuses is to be kept too. A testing
   * module has its platform later, of which Nest 10 tells nobody: there it is not before `mount`.
   */
  constructor(
    private readonly captured: Captured,
    private readonly host: Pick<HttpAdapterHost, 'httpAdapter'> & Partial<Pick<HttpAdapterHost, 'init$'>>,
  ) {
    if (host.httpAdapter) this.capture()
    else host.init$?.subscribe(() => this.capture())
  }

  /** Mounts the API: after the host's `app.use(…)`, whose cookies and sessions `authorize` may need. */
  mount(path: string | undefined): void {
    this.capture()
    if (path !== undefined) mountApi(this.host.httpAdapter, path, this.captured.trail)
  }

  private capture(): void {
    const { httpAdapter } = this.host
    // A microservice or a mere context tells of a platform that it has not.
    if (this.captures || !httpAdapter) return
    this.captures = true
    const { trail, calls } = this.captured
    captureAll(httpAdapter, {
      exchangeOf: (native, res) => new HttpExchange(native, res, calls),
      begin(exchange, next) {
        const waits: unknown = trail.capture(exchange, next)
        if (waits instanceof Promise) waits.catch(next)
      },
    })
  }
}
