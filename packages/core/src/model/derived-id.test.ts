import fc from 'fast-check'
import { derivedId } from './derived-id'
import { carriesTime, readId, timeOfId } from './id'

const times = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(9999, 11, 31) })
const names = fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 })

it('gives one id to one row, another to every other', () => {
  fc.assert(
    fc.property(times, names, times, names, (ms, row, otherMs, otherRow) => {
      expect(derivedId(ms, row)).toBe(derivedId(ms, [...row]))
      const isSame = ms === otherMs && JSON.stringify(row) === JSON.stringify(otherRow)
      expect(derivedId(ms, row) === derivedId(otherMs, otherRow)).toBe(isSame)
    }),
    { numRuns: 2_000 },
  )
})

it('tells names apart that are the same when joined', () => {
  expect(derivedId(0, ['ab', 'c'])).not.toBe(derivedId(0, ['a', 'bc']))
  expect(derivedId(0, ['ab'])).not.toBe(derivedId(0, ['ab', '']))
})

it('makes a UUIDv7 that carries the time, 1970 for what was before', () => {
  fc.assert(
    fc.property(times, names, (ms, row) => {
      const id = derivedId(ms, row)
      expect(readId(id)).toBe(id)
      expect(carriesTime(id)).toBe(true)
      expect(timeOfId(id)).toBe(Math.max(0, ms))
    }),
  )
})

it('stays what it is: ids of imports that were done are found again', () => {
  expect(derivedId(Date.UTC(2019, 4, 5), ['crm.audit', '42'])).toBe('016a854a-4c00-7bf7-bde5-7648aa98e090')
})
