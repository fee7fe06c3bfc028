import { readFileSync } from 'node:fs'
import path from 'node:path'
import v8 from 'node:v8'

// Node's types leave WebAssembly to those of browsers, which we do not load.
const { Module } = (globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } }).WebAssembly

/**
 * PGlite's engine, compiled so that V8 optimises a function only after it has run for long.
 *
 * With V8's own budget, optimising takes half of the CPU time of a start (1.0 instead of 0.5 s), another second in the
 * first minute, and 50 MB; after that there is no difference in speed. A module keeps the budget that it was compiled
 * under, so the flag is set only while this thread compiles: synchronously, and then as it was.
 */
export function compileEngine(): object {
  const bytes = readFileSync(path.join(path.dirname(require.resolve('@electric-sql/pglite')), 'pglite.wasm'))
  // V8's flags are the process's: what somebody has chosen for it stays.
  if (process.execArgv.some((flag) => flag.startsWith('--wasm'))) return new Module(bytes)
  v8.setFlagsFromString(`--wasm-tiering-budget=${PATIENT_BUDGET}`)
  try {
    return new Module(bytes)
  } finally {
    v8.setFlagsFromString(`--wasm-tiering-budget=${defaultBudget()}`)
  }
}

const PATIENT_BUDGET = 400_000_000

/** V8 cannot be asked: Node 20 has V8 11 with the first, Node 22 and 24 have V8 12 and 13 with the second. */
function defaultBudget(): number {
  return Number.parseInt(process.versions.v8, 10) < 12 ? 1_800_000 : 13_000_000
}
