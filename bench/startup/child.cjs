// One start of a trail in a fresh process, without a TypeScript loader in the way: prints its times in ms as JSON.
// Arguments: a folder, the URL of a database for a trail that is not embedded, and `kill` for an end without a farewell.
const { createAuditTrail } = require('@actrail/core')

const EVENTS = 2_000

async function main([directory, database, end]) {
  const loadedMs = performance.now() // since the process began
  const trail = createAuditTrail({ directory, ...(database && { database }) })
  await trail.start()
  const startMs = performance.now() - loadedMs
  const rssMb = process.memoryUsage.rss() / 2 ** 20

  for (let n = 0; n < EVENTS; n++) {
    void trail.record({ action: 'item.create', resource: { type: 'item', id: String(n) } })
  }
  await trail.flush()
  const flushMs = performance.now() - loadedMs - startMs
  const { total } = await trail.query({ workspace: 'default' })
  const peakRssMb = process.resourceUsage().maxRSS / 1_024
  require('node:fs').writeSync(1, JSON.stringify({ loadedMs, startMs, flushMs, rssMb, peakRssMb, total }))
  if (end === 'kill') process.kill(process.pid, 'SIGKILL')
  await trail.stop()
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error)
  process.exitCode = 1
})
