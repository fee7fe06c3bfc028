import { runCommandLine } from '../test/rigs/runner/command-line'
import { COMMANDS } from './commands'

void runCommandLine({ noun: 'bench', commands: COMMANDS, argv: process.argv.slice(2) }).then((status) => {
  process.exitCode = status
})
