import { compareCodes, compareStatuses, neverRaised } from './errors'

const section = (code: string): string =>
  `## \`${code}\`\n\n**What happened.** It broke.\n\n**What to do.** Mend it.\n\n`

test('a page with one full section for each code has no problem', () => {
  expect(compareCodes(['ERR_A', 'ERR_B'], `# Errors\n\n${section('ERR_A')}${section('ERR_B')}`)).toEqual([])
})

test('a code without a section is named', () => {
  expect(compareCodes(['ERR_A', 'ERR_B'], section('ERR_A'))).toEqual([expect.stringContaining('ERR_B')])
})

test('a section without a code is named', () => {
  expect(compareCodes([], section('ERR_GONE'))).toEqual([expect.stringContaining('ERR_GONE')])
})

test('a section that does not say what to do is named', () => {
  const page = '## ERR_A\n\n**What happened.** It broke.\n'
  expect(compareCodes(['ERR_A'], page)).toEqual([expect.stringContaining('What to do.')])
})

test('a code that no source raises is named, and one that a comment mentions counts as not raised', () => {
  expect(neverRaised(['ERR_A', 'ERR_B'], "throw new ActrailError('ERR_A', …) // unlike ERR_B")).toEqual([
    expect.stringContaining('ERR_B'),
  ])
})

test('the status that a section says is the one that the API answers, and only codes that it answers say one', () => {
  const page = `${section('ERR_A')}${section('ERR_B').replace('**What h', 'Answered with 400.\n\n**What h')}`
  expect(compareStatuses({ ERR_B: { status: 400 } }, page)).toEqual([])
  expect(compareStatuses({ ERR_B: { status: 404 } }, page)).toEqual([expect.stringContaining('it is 404')])
  expect(compareStatuses({ ERR_A: { status: 400 } }, page)).toHaveLength(2)
})
