/** The parameters of one statement, in order. */
export interface Bindings {
  readonly values: readonly unknown[]
  /** Adds a value and returns its place in the text, such as `$3`. */
  bind(value: unknown): string
}

/** No parameters yet. */
export function createBindings(): Bindings {
  const values: unknown[] = []
  return { values, bind: (value) => `$${values.push(value)}` }
}

/** One statement as the driver takes it. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}
