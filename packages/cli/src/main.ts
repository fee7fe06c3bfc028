#!/usr/bin/env node
import { COMMANDS } from './commands'
import { processIo } from './process-io'
import { run } from './program'

void run(process.argv.slice(2), processIo(), COMMANDS).then((exitCode) => (process.exitCode = exitCode))
