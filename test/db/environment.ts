import { TestEnvironment } from 'jest-environment-node'
import type { Circus } from '@jest/types'

/** Node's environment, which also tells `drop()` of a test database whether the current test has failed. */
class DatabaseEnvironment extends TestEnvironment {
  handleTestEvent(event: Circus.Event): void {
    const globals = this.global as { currentTestFailed?: string | undefined }
    if (event.name === 'test_start') globals.currentTestFailed = undefined
    if (event.name === 'test_fn_failure') globals.currentTestFailed = event.test.name
  }
}

// jest wants the class itself
module.exports = DatabaseEnvironment
