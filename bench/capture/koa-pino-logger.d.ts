// The package brings no types.
declare module 'koa-pino-logger' {
  import type { Middleware } from 'koa'
  import type { Options } from 'pino-http'

  const koaPinoLogger: (options: Options) => Middleware
  export { koaPinoLogger as default }
}
