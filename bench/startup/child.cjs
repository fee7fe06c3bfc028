// One start of a trail in a fresh process, without a TypeScript loader in the way: prints its times in ms as JSON.
// Arguments: a folder, and the URL of a database for the trail that is not embedded.
const { createAuditTrail } = require('@actrail/core')

const EVENTS = 2_000

async function main([directory, database]) {
  const loadedMs = performance.now() // since the process began
  const trail = createAuditTrail({ directory, ...(database && { database }) })
  await trail.start()
  const readyMs = performance.now()
  const rssMb = process.memoryUsage.rss() / 2 ** 20
  for (let n = 0; n < EVENTS; n++) void trail.record({ action: 'item.create', resource: { type: 'item', id: String(n) } })
  await trail.flush()
  const visibleMs = performance.now()
  const { total } = await trail.query({ workspace: 'default' })
  await trail.stop()
  const peakRssMb = process.resourceUsage().maxRSS / 1_024
  console.log(JSON.stringify({ loadedMs, startMs: readyMs - loadedMs, readyMs, flushMs: visibleMs - readyMs, rssMb, peakRssMb, total }))
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error)
  process.exitCode = 1
})
