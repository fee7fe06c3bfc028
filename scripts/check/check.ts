/** What a check found. No problem means that it passed; `note` is a short figure shown beside its name. */
export interface Verdict {
  readonly problems: readonly string[]
  readonly note?: string
}

/** How the runner was called. */
export interface CheckMode {
  /** Rewrite what is generated and repair what can be repaired, instead of only comparing. */
  readonly update: boolean
}

/**
 * One named question about the repository. `run` may throw: the runner reports the message as a problem. Checks run two
 * at a time and share the checkout, so each writes only its own file, and only in update mode.
 */
export interface Check {
  readonly name: string
  /** One sentence that completes "this check asks whether …". */
  readonly asks: string
  /** Needs `dist/` of every package; such checks wait for `build`. */
  readonly needsBuild?: boolean
  run(mode: CheckMode): Promise<Verdict>
}
