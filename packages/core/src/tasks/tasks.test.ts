import { createTasks, type Task } from './tasks'

const logger = { warn: () => {} }

/** A task that ends by itself after `runs` runs; `done` resolves then. */
function counted(
  runs: number,
  answer: (run: number) => boolean,
): { task: Task; done: Promise<void>; count: () => number } {
  let count = 0
  let finish = (): void => {}
  const done = new Promise<void>((resolve) => (finish = resolve))
  const run = async (): Promise<boolean> => {
    count++
    if (count === runs) finish()
    return answer(count)
  }
  return { task: { name: 'counted', everyMs: 1, run }, done, count: () => count }
}

it('runs again and again, at once while there is more', async () => {
  const { task, done } = counted(20, (run) => run % 5 !== 0)
  const tasks = createTasks({ tasks: [task], isLeader: () => true, logger })
  tasks.start()
  await done
  await tasks.stop()
  expect(tasks.status()[0]?.runs).toBeGreaterThanOrEqual(20)
})

it('does nothing while another process leads', async () => {
  const idle = counted(1, () => false)
  const busy = counted(3, () => false)
  let asked = 0
  const isLeader = (): boolean => (asked++, false)
  const standby = createTasks({ tasks: [idle.task], isLeader, logger })
  const leading = createTasks({ tasks: [busy.task], isLeader: () => true, logger })
  standby.start()
  leading.start()
  await busy.done
  await Promise.all([standby.stop(), leading.stop()])
  expect(asked).toBeGreaterThan(0)
  expect(idle.count()).toBe(0)
})

it('goes on after a failure, and says what it was', async () => {
  const warned: string[] = []
  const { task, done } = counted(2, (run) => {
    if (run === 1) throw new Error('no disk')
    return false
  })
  const tasks = createTasks({
    tasks: [task],
    isLeader: () => true,
    logger: { warn: (_, message) => warned.push(message) },
  })
  tasks.start()
  await done
  await tasks.stop()
  expect(warned).toEqual(['a task failed and is tried again'])
  expect(tasks.status()[0]).toMatchObject({ failures: 1, problem: undefined })
})

it('waits for the run that is under way when it stops', async () => {
  let begin = (): void => {}
  let finish = (): void => {}
  const began = new Promise<void>((resolve) => (begin = resolve))
  const finished = new Promise<void>((resolve) => (finish = resolve))
  let isDone = false
  const run = async (): Promise<boolean> => {
    begin()
    await finished
    isDone = true
    return true
  }
  const tasks = createTasks({ tasks: [{ name: 'long', everyMs: 1, run }], isLeader: () => true, logger })
  tasks.start()
  await began
  const stopping = tasks.stop()
  expect(isDone).toBe(false)
  finish()
  await stopping
  expect(isDone).toBe(true)
})
