import { isDataError, losesConnection, sqlState } from './data-errors'

const answer = (code: string): object => ({ code, severity: 'ERROR' })

it.each(['22P02', '22P05', '22003', '23502', '23514', '54000', '21000'])('%s is the fault of the data', (code) => {
  expect(isDataError(answer(code))).toBe(true)
})

it.each([
  '08006',
  '40001',
  '40P01',
  '53100',
  '57014',
  '57P01',
  '58030',
  '55P03',
  '25006',
  '42P01',
  '42501',
  '23505',
  'ACT01',
])('%s may pass by itself', (code) => {
  expect(isDataError(answer(code))).toBe(false)
})

it('takes no error of Node for an answer of Postgres, though some codes look alike', () => {
  const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
  expect(sqlState(broken)).toBeUndefined()
  expect(isDataError(broken)).toBe(false)
  expect(losesConnection(broken)).toBe(true)
})

it("looks into TypeORM's wrapper", () => {
  expect(sqlState({ driverError: answer('22P02') })).toBe('22P02')
})

it.each([undefined, null, 'text', new Error('x')])('has an opinion on %p', (error) => {
  expect(isDataError(error)).toBe(false)
  expect(losesConnection(error)).toBe(true)
})

it('keeps the connection after an answer, unless the server is going away', () => {
  expect(losesConnection(answer('22P02'))).toBe(false)
  expect(losesConnection(answer('57014'))).toBe(false)
  expect(losesConnection(answer('57P01'))).toBe(true)
})
