import { annotationOf, type AuditedOptions, isWanted, NO_CALL } from './declaration'

const late = (): never => Promise.reject(new Error('too late')) as never

it.each<[string, AuditedOptions]>([
  ['actor', { actor: late }],
  ['workspace', { workspace: late }],
  ['resource', { resource: late }],
  ['resource.id', { resource: { type: 'thing', id: late } }],
  ['resource.name', { resource: { type: 'thing', name: late } }],
  ['changes', { changes: late }],
  ['details', { details: late }],
])('refuses the promise that %s answers, and hears its rejection', async (name, options) => {
  const unheard = await unheardOf(() => {
    expect(() => annotationOf({ action: 'thing.changed', ...options }, NO_CALL)).toThrow(
      `@Audited: ${name} answered a promise, and`,
    )
  })
  expect(unheard).toEqual([])
})

it('wants a success whose condition answers a promise, and hears its rejection', async () => {
  expect(await unheardOf(() => expect(isWanted({ when: late }, NO_CALL)).toBe(true))).toEqual([])
})

/** The rejections that nobody had heard one turn later, which end a process. */
async function unheardOf(run: () => void): Promise<readonly unknown[]> {
  const unheard: unknown[] = []
  const note = (error: unknown): number => unheard.push(error)
  process.on('unhandledRejection', note)
  run()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  return unheard
}
