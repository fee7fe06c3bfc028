import fc from 'fast-check'

import { parseDuration } from '../../core/src/model/duration'
import { askedLater } from './relative-times'

it('what is counted back from now is counted back from the same moment later', () => {
  const unit = fc.constantFrom('ms', 's', 'm', 'h', 'd', 'w')
  const duration = fc.array(
    fc.tuple(fc.nat(999), unit).map((part) => part.join('')),
    { minLength: 1, maxLength: 4 },
  )
  fc.assert(
    fc.property(duration, fc.integer({ min: 1, max: 864_000_000 }), (parts, elapsedMs) => {
      const since = parts.join('')
      const later = askedLater({ since }, elapsedMs).since
      expect(parseDuration(later)).toBe(parseDuration(since) + elapsedMs)
    }),
  )
})

it('everything else stays as it was', () => {
  const query = { from: '2024-01-01', to: undefined, action: ['7d'], search: '1h', limit: 5 }
  expect(askedLater(query, 5_000)).toEqual(query)
  expect(askedLater({ since: '1h' }, -5)).toEqual({ since: '1h' })
})
