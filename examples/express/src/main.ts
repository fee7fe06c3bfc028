import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createApp } from './app'
import { print, printHow, watch } from './console'
import { firstRound, keepBusy } from './traffic'

const TRAFFIC_MS = 60_000

async function main(): Promise<void> {
  print('Opening the store (the first start takes a few seconds) …')
  const { app, activity } = createApp({
    ...(process.env.DATABASE_URL !== undefined && { database: process.env.DATABASE_URL }),
    ...(process.env.ACTRAIL_DIRECTORY !== undefined && { directory: process.env.ACTRAIL_DIRECTORY }),
  })
  const server = app.listen(Number(process.env.PORT ?? 3000))
  await once(server, 'listening')
  const base = `http://localhost:${(server.address() as AddressInfo).port}`
  await activity.trail.start()

  const stopping = new AbortController()
  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return process.exit(1)
    print('\nStopping: what was accepted is being written …')
    stopping.abort()
    server.close()
    server.closeAllConnections()
    await activity.trail.stop()
    print('Stopped.')
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())

  await firstRound(base)
  await activity.trail.flush()
  await printHow(base)
  const watching = watch(base, stopping.signal)
  await keepBusy(base, { ms: TRAFFIC_MS, signal: stopping.signal })
  if (!stopping.signal.aborted)
    print('\nThe minute of traffic is over; the app stays up. Send it requests of your own, or press Ctrl-C.\n')
  await watching
}

main().catch((error: unknown) => {
  const { code, port } = error as { code?: string; port?: number }
  if (code === 'EADDRINUSE') console.error(`Port ${port} is in use. Choose another one: PORT=3001 npm start`)
  else console.error(error instanceof Error ? `${error.name}: ${error.message}` : error)
  process.exit(1)
})
