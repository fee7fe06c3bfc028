import { FILES } from './feature'
import { mistakesIn, run } from './seeds'

it('finds a test for every feature that is not to come, and the page as the table gives it', async () => {
  expect(await run({ update: false })).toMatchObject({ pass: true, mistakes: 0 })
})

it('misses a test that is not in its file, a file that is not there, and a feature that stands there twice', () => {
  const mistakes = mistakesIn({
    name: 'S0',
    title: 'x',
    features: [
      ['one', FILES.seeds, 'no test has this name'],
      ['two', 'no/such/file.test.ts', 'answers what one user did'],
      ['three', FILES.seeds, 'answers what one user did'],
      ['four', 'later'],
      ['four', 'later'],
    ],
  })
  expect(mistakes).toEqual([
    'S0: "four" stands there twice',
    'S0: no such test for "one"',
    'S0: no such test for "two"',
  ])
})
