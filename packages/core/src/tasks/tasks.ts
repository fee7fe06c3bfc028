import type { Logger } from '../model/logger'

/** Work that one process of all does now and then. */
export interface Task {
  readonly name: string
  /** The wait between two runs, in ms. */
  readonly everyMs: number
  /** Does a piece of the work; answers true when more is waiting. May be cut off at any await by a crash. */
  run(): Promise<boolean>
}

/** State of one task in this process. */
export interface TaskStatus {
  readonly name: string
  readonly runs: number
  readonly failures: number
  /** What the last run said if it failed; undefined while all is well. */
  readonly problem: string | undefined
}

/** Periodic tasks of the leader. */
export interface Tasks {
  start(): void
  status(): TaskStatus[]
  /** Waits for the runs that are under way; may be called twice. */
  stop(): Promise<void>
}

/** What {@link createTasks} works with. */
export interface TasksOptions {
  readonly tasks: readonly Task[]
  /** Whether this process is the one that works; asked before each run. */
  readonly isLeader: () => boolean
  readonly logger: Pick<Logger, 'warn'>
}

const MAX_WAIT_MS = 30_000

/** Each task runs by itself, never twice at once. A task that fails is logged and tried again, later each time. */
export function createTasks({ tasks, isLeader, logger }: TasksOptions): Tasks {
  const loops = tasks.map((task) => createLoop(task, isLeader, logger))
  return {
    start: () => loops.forEach((loop) => loop.start()),
    status: () => loops.map((loop) => loop.status()),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

interface Loop {
  start(): void
  status(): TaskStatus
  stop(): Promise<void>
}

function createLoop(task: Task, isLeader: () => boolean, logger: Pick<Logger, 'warn'>): Loop {
  const state = { name: task.name, runs: 0, failures: 0, problem: undefined as string | undefined }
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let inARow = 0
  let stopped = false

  async function runOnce(): Promise<boolean> {
    try {
      const hasMore = await task.run()
      state.runs++
      state.problem = undefined
      inARow = 0
      return hasMore
    } catch (error) {
      state.failures++
      inARow++
      state.problem = error instanceof Error ? error.message : String(error)
      logger.warn({ err: error, task: task.name }, 'a task failed and is tried again')
      return false
    }
  }

  async function work(): Promise<void> {
    while (!stopped && isLeader() && (await runOnce()));
    running = undefined
    schedule()
  }

  function schedule(): void {
    if (stopped) return
    const waitMs = Math.min(Math.max(MAX_WAIT_MS, task.everyMs), task.everyMs * 2 ** inARow)
    timer = setTimeout(() => (running = work()), waitMs)
    timer.unref()
  }

  return {
    start: () => {
      if (timer === undefined) schedule()
    },
    status: () => ({ ...state }),
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
