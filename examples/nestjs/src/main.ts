import { createApp } from './app'

async function main(): Promise<void> {
  const app = await createApp({
    ...(process.env.DATABASE_URL !== undefined && { database: process.env.DATABASE_URL }),
    ...(process.env.ACTRAIL_DIRECTORY !== undefined && { directory: process.env.ACTRAIL_DIRECTORY }),
  })
  // A signal closes the application, and with it the log: nothing else has to be stopped.
  app.enableShutdownHooks(['SIGINT', 'SIGTERM'])
  const port = Number(process.env.PORT ?? 3000)
  await app.listen(port)
  process.stdout.write(`The issue tracker listens on http://localhost:${port}. Its activity log:\n
  curl -H 'Authorization: Bearer demo' 'http://localhost:${port}/api/v1/workspaces/acme/activity'\n`)
}

void main()
