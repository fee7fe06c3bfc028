import { normalAddress } from './address'

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['1.2.3.4:8080', '1.2.3.4'],
  ['[2001:DB8::1]:443', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  [' 10.0.0.1 ', '10.0.0.1'],
])('takes %s as %s', (text, address) => expect(normalAddress(text)).toBe(address))

it.each(['', 'unknown', '0x7f.1', '127.1', '1.2.3.256', '999', 'a'.repeat(200), '_hidden', ':::'])(
  'takes %j as no address',
  (text) => expect(normalAddress(text)).toBeUndefined(),
)

it('keeps its normal forms as they are', () => {
  for (const text of ['10.0.0.1', '2001:db8::1', '::1']) expect(normalAddress(normalAddress(text))).toBe(text)
})
