/** jest's globalTeardown: stops the servers and says where the databases of failing tests are. */
module.exports = async function teardown(): Promise<void> {
  const kept = await globalThis.actrailTestRun?.stop()
  if (kept === undefined) return
  console.error(`kept databases of failing tests: ${kept.names.join(', ')}`)
  for (const folder of kept.folders) console.error(`to look into them: node --import tsx test/db/open.ts ${folder}`)
}
