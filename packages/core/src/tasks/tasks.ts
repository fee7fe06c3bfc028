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
  /** To be called once. */
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
export function createTasks({ tasks, ...options }: TasksOptions): Tasks {
  const loops = tasks.map((task) => new TaskLoop(task, options))
  return {
    start: () => loops.forEach((loop) => loop.schedule()),
    status: () => loops.map((loop) => loop.status()),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

/** One task: waits, runs while there is more to do, waits again; longer after failures. */
class TaskLoop {
  private readonly state = { runs: 0, failures: 0, problem: undefined as string | undefined }
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> | undefined
  private failuresInARow = 0
  private isStopped = false

  constructor(
    private readonly task: Task,
    private readonly options: Pick<TasksOptions, 'isLeader' | 'logger'>,
  ) {}

  schedule(): void {
    if (this.isStopped) return
    const { everyMs } = this.task
    const waitMs = Math.min(Math.max(MAX_WAIT_MS, everyMs), everyMs * 2 ** this.failuresInARow)
    this.timer = setTimeout(() => {
      this.running = this.work()
    }, waitMs)
    this.timer.unref()
  }

  status(): TaskStatus {
    return { name: this.task.name, ...this.state }
  }

  async stop(): Promise<void> {
    this.isStopped = true
    clearTimeout(this.timer)
    await this.running
  }

  private async work(): Promise<void> {
    while (!this.isStopped && this.options.isLeader() && (await this.runOnce()));
    this.schedule()
  }

  private async runOnce(): Promise<boolean> {
    try {
      const hasMore = await this.task.run()
      this.state.runs++
      this.state.problem = undefined
      this.failuresInARow = 0
      return hasMore
    } catch (error) {
      this.state.failures++
      this.failuresInARow++
      this.state.problem = error instanceof Error ? error.message : String(error)
      this.options.logger.warn({ err: error, task: this.task.name }, 'a task failed and is tried again')
      return false
    }
  }
}
