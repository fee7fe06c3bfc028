import { contentProblems } from './packaging'

test('a tarball of built files with README and licence is in order', () => {
  expect(contentProblems(['README.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts'])).toEqual([])
})

test('a tarball without licence or README says so', () => {
  expect(contentProblems(['package.json', 'dist/index.js'])).toHaveLength(2)
})

test.each(['dist/model/id.test.js', 'src/index.ts', 'dist/.tsbuildinfo'])('%s has no business in a tarball', (file) => {
  expect(contentProblems(['README.md', 'LICENSE', 'package.json', file])).toEqual([expect.stringContaining(file)])
})
