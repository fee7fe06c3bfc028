// node --import tsx test/db/open.ts <folder>: starts the server of a test run that kept databases of failing tests.
import { rmSync } from 'node:fs'
import { reopenPostgres } from './server'

async function main(folder: string | undefined): Promise<void> {
  if (folder === undefined)
    throw new Error('usage: node --import tsx test/db/open.ts <folder that the test run printed>')
  rmSync(`${folder}/keep`, { force: true })
  const server = await reopenPostgres(folder)
  console.log(
    `${server.url} (replace the last word by the name of the database); Ctrl-C stops the server and removes it`,
  )
  process.once('SIGINT', () => void server.stop())
  setInterval(() => {}, 60_000)
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
