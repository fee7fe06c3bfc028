import { type Command, defineCommand } from '../test/rigs/runner/command'
import * as capture from './capture'

/** Every benchmark, in the order of `all`. */
export const COMMANDS: readonly Command[] = [
  defineCommand({
    name: 'capture',
    summary: 'CPU that full durable capture adds to an Express request, against pino-http and repository.save()',
    bar: 'added CPU ≤ 0.5 × pino-http, ≤ 0.3 × `save()`, ≤ 0.35 × pino-http with the sequencer elsewhere; throughput ≥ 0.92 of bare; RSS flat',
    flags: {
      rounds: { default: 9, summary: 'interleaved rounds' },
      requests: { default: 10000, summary: 'requests of a round' },
      warmup: { default: 10000, summary: 'requests before the first round' },
      connections: { default: 32, summary: 'keep-alive connections' },
      paced: { default: 70, summary: 'load offered to all, in percent of what the bare application can serve' },
      profile: { default: false, summary: 'prints the functions that take the most time in our mode' },
      modes: { default: '', summary: 'only these modes, by comma' },
    },
    run: capture.run,
  }),
]
