/** Failed syncs are tried again after a pause that doubles up to this. */
const MAX_PAUSE_MS = 10_000

/** When files are synced: at most one sync at a time, at most `everyMs` after something was written. */
export interface SyncSchedule {
  /** Something was written. */
  touch(): void
  /** Syncs what was written before this call; all who ask meanwhile share one sync. @returns whether it succeeded; never rejects. */
  now(): Promise<boolean>
  /** No further sync begins by itself. */
  stop(): void
}

/**
 * @param sync syncs what is written; resolves to false when that failed; never rejects
 * @param isDirty whether something is unsynced
 */
export function createSyncSchedule(
  sync: () => Promise<boolean>,
  { everyMs, isDirty }: { readonly everyMs: number; readonly isDirty: () => boolean },
): SyncSchedule {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<boolean> | undefined
  let failures = 0
  let stopped = false

  function touch(): void {
    if (timer || running || stopped) return
    timer = setTimeout(() => void now(), Math.min(everyMs * 2 ** failures, MAX_PAUSE_MS)).unref()
  }

  async function now(): Promise<boolean> {
    clearTimeout(timer)
    timer = undefined
    // A sync under way began before what was written since.
    if (running) await running
    running ??= run()
    return running
  }

  async function run(): Promise<boolean> {
    const succeeded = await sync()
    failures = succeeded ? 0 : failures + 1
    running = undefined
    if (isDirty()) touch()
    return succeeded
  }

  function stop(): void {
    stopped = true
    clearTimeout(timer)
  }

  return { touch, now, stop }
}
