import type { Client } from 'pg'

/** Everything that an attempt must leave as it is: a line for each recorded row and each object that guards it. */
export type Fingerprint = ReadonlyMap<string, string>

// Plain SQL by a superuser, whom no row security binds: no code under test takes part.
const ROWS: Readonly<Record<string, string>> = {
  event: 'log_index::text',
  inbox: 'n::text',
  quarantine: 'n::text',
  trail: `''`,
  shard: 'shard::text',
  log_head: `''`,
  workspace_shard: `workspace_id || ' ' || shard`,
  reader: 'name',
  migration: 'name',
  rollup_quarter: `concat_ws(' ', workspace_id, quarter, action, verb, result)`,
  rollup_kind: `concat_ws(' ', workspace_id, action, verb, result, actor_type, resource_type)`,
  rollup_actor_day: `concat_ws(' ', workspace_id, day, actor_type, actor_id, pack)`,
  rollup_total_quarter: `concat_ws(' ', workspace_id, quarter, pack)`,
  rollup_total_day: `concat_ws(' ', workspace_id, day, pack)`,
  rollup_actor_quarter: `concat_ws(' ', workspace_id, quarter, actor_type, actor_id, pack)`,
  rollup_actor_week: `concat_ws(' ', workspace_id, week, actor_type, actor_id)`,
  rollup_actor: `concat_ws(' ', workspace_id, actor_type, actor_id)`,
  rollup_resource_day: `concat_ws(' ', workspace_id, day, resource_type, resource_id)`,
  rollup_head: 'workspace_id',
}

const OBJECTS = `
select 'table ' || c.relname as line, json_build_array(
  c.relowner::regrole, c.relkind, c.relpersistence, c.relacl, c.relrowsecurity, c.relforcerowsecurity,
  pg_get_expr(c.relpartbound, c.oid),
  (select json_agg(json_build_array(attname, atttypid::regtype, attisdropped, attacl) order by attnum) from pg_attribute
   where attrelid = c.oid and attnum > 0),
  (select json_agg(json_build_array(tgname, tgenabled, pg_get_triggerdef(oid)) order by tgname) from pg_trigger where tgrelid = c.oid),
  (select json_agg(to_json(p) order by policyname) from pg_policies p where p.schemaname = 'actrail' and p.tablename = c.relname),
  (select json_agg(ev_action::text) from pg_rewrite where ev_class = c.oid)
)::text as value
from pg_class c where c.relnamespace = 'actrail'::regnamespace and c.relkind <> 'i'
union all select 'function ' || p.oid::regprocedure, json_build_array(p.proowner::regrole, p.proacl, pg_get_functiondef(p.oid))::text
from pg_proc p where p.pronamespace = 'actrail'::regnamespace
union all select 'schema ' || nspname, json_build_array(nspowner::regrole, nspacl)::text from pg_namespace where nspname = 'actrail'
union all select 'role ' || rolname, json_build_array(rolsuper, rolbypassrls, rolcreaterole, rolreplication, rolconfig,
  (select json_agg(m.roleid::regrole::text order by m.roleid) from pg_auth_members m where m.member = r.oid))::text from pg_roles r
union all select 'sequence ' || sequencename, last_value::text from pg_sequences where schemaname = 'actrail'
union all select 'settings', (select json_agg(setconfig)::text from pg_db_role_setting)`

/** What there is now. */
export async function takeFingerprint(superuser: Client): Promise<Fingerprint> {
  const rows = Object.entries(ROWS).map(
    ([table, key]) => `select '${table} ' || ${key} as line, md5(r::text) as value from actrail.${table} r`,
  )
  const found = await superuser.query<{ line: string; value: string | null }>([...rows, OBJECTS].join('\nunion all '))
  return new Map(found.rows.map(({ line, value }) => [line, value ?? '']))
}

// A sequencer opens shards by right: the next one's table and row may appear.
const MAY_APPEAR = /^(table event_\d+|shard \d+)$/

/** The lines that were changed or removed, or that came without being allowed to; empty when all is as it was. */
export function differences(before: Fingerprint, after: Fingerprint): string[] {
  const changed = [...before].filter(([line, value]) => after.get(line) !== value).map(([line]) => line)
  const added = [...after.keys()].filter((line) => !before.has(line) && !MAY_APPEAR.test(line))
  return [...changed, ...added]
}
