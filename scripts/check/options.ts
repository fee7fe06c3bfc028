import type { Check } from './check'

/** Placeholder until the option table exists. */
export const options: Check = {
  name: 'options',
  asks: 'docs/reference/options.md is what the option table says',
  run: () => Promise.resolve({ problems: ['packages/core/src/options.ts does not exist yet'] }),
}
