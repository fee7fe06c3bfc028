import { productionPackages, refused } from './licences'

const of = (licence: string): { name: string; version: string; licence: string } => ({
  name: 'x',
  version: '1.0.0',
  licence,
})

test.each(['AGPL-3.0-or-later', 'GPL-3.0', 'SSPL-1.0', 'UNLICENSED', 'none declared', 'MIT AND GPL-2.0'])(
  '%s is refused',
  (licence) => {
    expect(refused([of(licence)])).toHaveLength(1)
  },
)

test.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0)', '(BSD-3-Clause AND MIT)'])('%s is accepted', (licence) => {
  expect(refused([of(licence)])).toEqual([])
})

test('development packages, workspace links and our own folders are not production packages', () => {
  const packages = {
    '': {},
    'packages/core': { version: '0.1.0' },
    'node_modules/@actrail/core': { link: true },
    'node_modules/eslint': { version: '10.0.0', dev: true, license: 'MIT' },
    'node_modules/pg': { version: '8.0.0', license: 'MIT' },
    'node_modules/pg/node_modules/pg-types': { version: '2.0.0', license: 'MIT' },
  }
  expect(productionPackages(packages).map(({ name }) => name)).toEqual(['pg', 'pg-types'])
})
