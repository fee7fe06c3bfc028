import type { CrossRequest } from './requests'
import { leakIn, ownersIn } from './oracle'
import { maySee, READERS } from './world'

const reader = READERS.find(({ workspaces }) => workspaces.includes('acme'))
const request: CrossRequest = { reader: reader ?? READERS[0]!, target: '/activity', headers: {} }
const answer = (body: string, status = 200, total?: number) => ({ status, body, total })

it('finds nothing wrong in what is the reader own', () => {
  expect(leakIn(request, answer('[{"owner":"owner:acme:"}]', 200, 1))).toBeUndefined()
  expect(leakIn({ ...request, wants: 'acme' }, answer('{"owner":"owner:acme:"}'))).toBeUndefined()
  expect(leakIn({ ...request, wants: 'beta' }, answer('{}', 404))).toBeUndefined()
})

it('sees a row of another tenant, whatever the names look like', () => {
  for (const owner of ['beta', 'acme2', 'ACME', 'beta/acme', '_system', 'ws 1', 'été']) {
    expect(ownersIn(`{"owner":"owner:${owner}:"}`)).toEqual([owner])
    expect(leakIn(request, answer(`[{"owner":"owner:acme:"},{"owner":"owner:${owner}:"}]`))).toContain(owner)
  }
})

it('sees an event of another tenant that is said to exist, and a count of what is refused', () => {
  expect(leakIn({ ...request, wants: 'beta' }, answer('{}', 403))).toContain('403')
  expect(leakIn({ ...request, wants: 'beta' }, answer('{}', 200))).toContain('200')
  expect(leakIn({ ...request, wants: 'acme' }, answer('{}', 404))).toContain('hides')
  expect(leakIn(request, answer('{}', 403, 40))).toContain('counts')
  expect(leakIn(request, answer('{}', 500))).toContain('500')
})

it('lets only administrators see what belongs to no tenant', () => {
  const seers = READERS.filter((one) => maySee(one, '_system')).map(({ token }) => token)
  expect(seers).toEqual(['admin-of-gamma', 'root'])
})
