import type { CommandDefinition } from '../command'
import { writeTo } from '../terminal/write-to'
import { bashScript } from './bash-script'
import { fishScript } from './fish-script'
import { placesOf } from './places'
import { zshScript } from './zsh-script'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const
const SHELLS = Object.keys(SCRIPTS) as (keyof typeof SCRIPTS)[]

/**
 * `actrail completion`: a script that lets a shell complete commands, flags and their values.
 *
 * @param commands the whole program, which this command is itself part of
 */
export function createCompletion(commands: () => readonly CommandDefinition[]): CommandDefinition {
  return {
    name: 'completion',
    summary: 'Write a script that completes commands and flags in your shell',
    description: 'Put one of the examples into the file that your shell reads at its start.',
    args: [{ argument: '<shell>', description: 'The shell.', choices: SHELLS }],
    examples: [
      'source <(actrail completion bash)',
      'source <(actrail completion zsh)',
      'actrail completion fish | source',
    ],
    async run({ args: [shell], io }) {
      const script = SCRIPTS[shell as keyof typeof SCRIPTS]
      await writeTo(io.stdout, script(placesOf(commands())), io.signal)
    },
  }
}
