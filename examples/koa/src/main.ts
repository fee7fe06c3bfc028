import { createApp } from './app'

const { app, activity } = createApp({
  ...(process.env.DATABASE_URL !== undefined && { database: process.env.DATABASE_URL }),
  ...(process.env.ACTRAIL_DIRECTORY !== undefined && { directory: process.env.ACTRAIL_DIRECTORY }),
})
const port = Number(process.env.PORT ?? 3000)
const server = app.listen(port, () => {
  process.stdout.write(`The issue tracker listens on http://localhost:${port}. Its activity log:\n
  curl -H 'Authorization: Bearer demo' 'http://localhost:${port}/api/v1/workspaces/acme/activity'\n`)
})

async function stop(): Promise<void> {
  server.close()
  server.closeAllConnections()
  await activity.trail.stop()
  process.exit(0)
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())
