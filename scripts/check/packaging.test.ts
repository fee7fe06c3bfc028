import { contentProblems, manifestProblems, type Manifest } from './packaging'

test('a tarball of built files with README and licence is in order', () => {
  expect(contentProblems(['README.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts'])).toEqual([])
})

test('a tarball without licence or README says so', () => {
  expect(contentProblems(['package.json', 'dist/index.js'])).toHaveLength(2)
})

test.each(['dist/model/id.test.js', 'src/index.ts', 'dist/.tsbuildinfo'])('%s has no business in a tarball', (file) => {
  expect(contentProblems(['README.md', 'LICENSE', 'package.json', file])).toEqual([expect.stringContaining(file)])
})

const manifest: Manifest = {
  version: '1.2.0',
  license: 'MIT',
  engines: { node: '^20.19.0 || >=22.12.0' },
  peerDependencies: { '@actrail/core': '1.2.0', express: '^5.0.0' },
}

test('a manifest with the one version, licence and range of Node is in order', () => {
  expect(manifestProblems('express', manifest, '1.2.0')).toEqual([])
})

const program: Manifest = { ...manifest, bin: { actrail: 'dist/main.js' }, dependencies: { '@actrail/core': '1.2.0' } }

test('a program brings its own copies, as it runs beside nobody’s application', () => {
  expect(manifestProblems('cli', program, '1.2.0')).toEqual([])
})

test.each<[string, Manifest]>([
  ['another version', { ...manifest, version: '1.1.0' }],
  ['another licence', { ...manifest, license: 'ISC' }],
  ['another range of Node', { ...manifest, engines: { node: '>=18' } }],
  ['a copy of core of its own', { ...manifest, dependencies: { '@actrail/core': '1.2.0' } }],
  ['a copy of another version', { ...program, dependencies: { '@actrail/core': '1.1.0' } }],
  ['a peer of another version', { ...manifest, peerDependencies: { '@actrail/core': '^1.0.0' } }],
])('a manifest with %s is named', (_, other) => {
  expect(manifestProblems('express', other, '1.2.0')).toHaveLength(1)
})
