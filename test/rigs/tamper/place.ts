import { Client } from 'pg'
import { rolesSql } from '../../../packages/core/src/store/roles'
import { openStore } from '../../../packages/core/src/store/store'

/** Words that only events of the other tenant hold: who shows them has read what it must not. */
export const CANARY = 'canary-of-b'

/** Whom the attempts come from: logins that are granted one of our roles, and the application, which has all three. */
export const ROLES = ['writer', 'reader', 'sequencer', 'application'] as const
/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number]

/** Fills a log of two tenants, with something waiting and something put aside, and shares out its rights by `rolesSql`. */
export async function fillPlace(url: string): Promise<void> {
  const store = await openStore({ database: url })
  const session = await store.sequence.connect()
  for (let n = 0; n < 40; n++) await store.append(Buffer.from(`[${eventText(n)}]`), 1)
  await session.step()
  await store.append(Buffer.from('[{"id":"none"}]'), 1)
  await session.takeApart()
  while ((await store.rollups.rollUp()) > 0);
  await session.close()
  await store.append(Buffer.from(`[${eventText(40)}]`), 1)
  await store.stop()
  const superuser = new Client({ connectionString: url })
  await superuser.connect()
  for (const role of ROLES) await superuser.query(`create role login_${role} login`)
  await superuser.query(rolesSql({ application: 'login_application' }))
  await superuser.query('grant create on schema public to public') // as before PostgreSQL 15: a place for traps
  for (const role of ['writer', 'reader', 'sequencer']) await superuser.query(`grant actrail_${role} to login_${role}`)
  await superuser.query('analyze')
  await superuser.end()
}

/** The server's URL as one of the roles. */
export function urlAs(url: string, role: Role): string {
  const changed = new URL(url)
  changed.username = `login_${role}`
  return changed.href
}

function eventText(n: number): string {
  const isOther = n % 2 === 1
  return JSON.stringify({
    v: 1,
    id: `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    occurred_at: 1_700_000_000_000 + n,
    workspace_id: isOther ? 'b' : 'a',
    actor_type: 'user',
    actor_id: isOther ? CANARY : 'ann',
    action: isOther ? `${CANARY}.made` : 'thing.made',
    verb: 'CREATE',
    result: 'success',
    source: 'record',
    leaf_hash: '\\x00',
    details: { word: isOther ? CANARY : 'open' },
  })
}
