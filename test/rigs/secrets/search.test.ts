import { createRandom } from '../runner/random'
import { laden, PLACES } from './canaries'
import { blindIn, leaksIn } from './search'

const canary = { text: 'cnryAbcdefgh23456789Xy', place: 'a body' }
const bytes = Buffer.from(canary.text)

it.each([
  ['as it is', `x${canary.text}y`],
  ['in lower case', canary.text.toLowerCase()],
  ['in hexadecimal', bytes.toString('hex')],
  ['in base64', bytes.toString('base64')],
  ['in base64 behind one byte', Buffer.from(`:${canary.text}:`).toString('base64')],
  ['in base64 behind two bytes', Buffer.from(`a:${canary.text}@`).toString('base64')],
])('finds a secret %s', (_how, text) => {
  expect(leaksIn([{ name: 'log', text }], [canary])).toEqual([{ where: 'log', place: 'a body' }])
})

it('finds nothing where nothing is, and says where it could not have seen', () => {
  const haystacks = [
    { name: 'database', text: 'wtns1 wtns2' },
    { name: 'journal', text: 'wtns1' },
  ]
  expect(leaksIn(haystacks, [canary])).toEqual([])
  expect(blindIn(haystacks, ['wtns1', 'wtns2'])).toEqual(['journal'])
})

it('lays its secrets into every place, the same for the same seed', () => {
  const lay = (seed: number) => {
    const random = createRandom(seed)
    return Array.from({ length: 200 }, (_, n) => laden(random, n))
  }
  expect(JSON.stringify(lay(7))).toBe(JSON.stringify(lay(7)))
  expect(new Set(lay(7).flatMap(({ canaries }) => canaries.map(({ place }) => place))).size).toBe(
    Object.keys(PLACES).length,
  )
  expect(new Set(lay(7).map(({ witness }) => witness)).size).toBe(200)
})
