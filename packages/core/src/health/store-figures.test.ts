import { createFigureReader } from './store-figures'

it('asks the database once for all who ask at the same time', async () => {
  let asked = 0
  let answer: (value: number) => void = () => undefined
  const figures = createFigureReader(() => {
    asked++
    return new Promise<number>((resolve) => (answer = resolve))
  }, Date.now)
  const both = Promise.all([figures.read(0), figures.read(0)])
  answer(7)
  expect(await both).toEqual([
    { kind: 'read', value: 7 },
    { kind: 'read', value: 7 },
  ])
  expect(asked).toBe(1)
})

it('gives figures again while they are young enough for who asks', async () => {
  let now = 1_000
  let value = 0
  const figures = createFigureReader(
    () => Promise.resolve(++value),
    () => now,
  )
  await figures.read(0)
  now += 999
  expect(await figures.read(1_000)).toEqual({ kind: 'read', value: 1 })
  expect(await figures.read(0)).toEqual({ kind: 'read', value: 2 })
  now += 1_000
  expect(await figures.read(1_000)).toEqual({ kind: 'read', value: 3 })
})

it('tells of a database that fails, and asks it again', async () => {
  const error = new Error('away')
  const answers = [Promise.reject(error), Promise.resolve(5)]
  const figures = createFigureReader(() => answers.shift() as Promise<number>, Date.now)
  expect(await figures.read(0)).toEqual({ kind: 'failed', error })
  expect(await figures.read(0)).toEqual({ kind: 'read', value: 5 })
})

it('does not wait for a database that hangs', async () => {
  const figures = createFigureReader(() => new Promise<number>(() => undefined), Date.now)
  const began = performance.now()
  expect(await figures.read(0)).toMatchObject({ kind: 'failed' })
  expect(performance.now() - began).toBeLessThan(3_000)
})
