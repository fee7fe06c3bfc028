import { createAlarm } from './alarm'

it('ends a sleep early', async () => {
  const alarm = createAlarm()
  const began = performance.now()
  const slept = alarm.sleep(60_000)
  alarm.ring()
  await slept
  expect(performance.now() - began).toBeLessThan(5_000)
})

it('keeps one ring for the next sleep', async () => {
  const alarm = createAlarm()
  alarm.ring()
  alarm.ring()
  await alarm.sleep(60_000)
  let isAwake = false
  const second = alarm.sleep(60_000).then(() => (isAwake = true))
  await Promise.resolve()
  expect(isAwake).toBe(false)
  alarm.ring()
  await second
})

it('ends by itself', async () => {
  await createAlarm().sleep(1)
})
