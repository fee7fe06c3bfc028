import { COMMANDS } from './commands'
import { runCommandLine } from './runner/command-line'

void runCommandLine({ noun: 'rig', commands: COMMANDS, argv: process.argv.slice(2) }).then((status) => {
  process.exitCode = status
})
