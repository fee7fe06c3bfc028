import { faultsOf } from './oracle'

it.each([
  ['all in order', [0, 1, 2, 3], { missed: 0, repeated: 0, disordered: 0 }],
  ['one too few', [0, 1, 3], { missed: 1, repeated: 0, disordered: 0 }],
  ['none', [], { missed: 4, repeated: 0, disordered: 0 }],
  ['one twice', [0, 1, 1, 2, 3], { missed: 0, repeated: 1, disordered: 0 }],
  ['one late', [0, 2, 1, 3], { missed: 0, repeated: 0, disordered: 1 }],
])('%s', (_what, had, faults) => {
  expect(faultsOf(had, 4)).toEqual(faults)
})
