/**
 * What a function of the host's answered, where nobody can wait for a promise: that is refused, and its rejection heard,
 * since one that nobody hears ends the process.
 *
 * @throws TypeError for a promise, with what to do
 */
export function settled<T>(answer: T, name: string): T {
  if (!(answer instanceof Promise)) return answer
  answer.catch(() => undefined)
  throw new TypeError(`${name} answered a promise, and nobody can wait for it: answer what is known when it is asked.`)
}
