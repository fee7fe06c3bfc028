import { openTestRun, type TestRun } from './run'

declare global {
  var actrailTestRun: TestRun | undefined
}

/** jest's globalSetup: servers start only when a test asks for one. */
module.exports = async function setup(): Promise<void> {
  globalThis.actrailTestRun = await openTestRun()
}
