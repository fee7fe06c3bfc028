import { ROLLUP_TABLES } from './rollup'

/** Names of a set-up with roles, quoted where they must be. */
export interface RoleNames {
  readonly schema: string
  readonly owner: string
  readonly writer: string
  readonly reader: string
  readonly sequencer: string
}

/** Roles that nobody logs in as. */
export function makeRoles({ schema, ...roles }: RoleNames): string {
  return `do $check$ begin
  if to_regclass('${schema}.event') is null then
    raise exception 'there is no log in schema ${schema}: run the migrations first';
  end if;
end $check$;

do $roles$
declare
  name text;
begin
  foreach name in array array[${Object.values(roles)
    .map((role) => `'${role}'`)
    .join(', ')}] loop
    if not exists (select from pg_roles where rolname = name) then execute format('create role %I nologin', name); end if;
  end loop;
end $roles$;`
}

/** Makes the owner the owner of the schema and all that is in it; sequences go with their tables. */
export function giveToOwner({ schema, owner }: RoleNames): string {
  return `-- everything belongs to the owner
alter schema ${schema} owner to ${owner};
do $own$
declare
  item record;
begin
  for item in select oid::regclass as name from pg_class where relnamespace = '${schema}'::regnamespace and relkind in ('r', 'p') loop
    execute format('alter table %s owner to ${owner}', item.name);
  end loop;
  for item in select oid::regprocedure as name from pg_proc where pronamespace = '${schema}'::regnamespace loop
    execute format('alter function %s owner to ${owner}', item.name);
  end loop;
end $own$;`
}

/** What each role may do; what it could do before is taken back first. */
export function grantRights({ schema: s, writer, reader, sequencer }: RoleNames): string {
  const all = `${writer}, ${reader}, ${sequencer}`
  return `revoke all on schema ${s} from public, ${all};
revoke all on all tables in schema ${s} from public, ${all};
revoke all on all functions in schema ${s} from public, ${all};

-- all: which log this is, and how new
grant usage on schema ${s} to ${all};
grant select on ${s}.trail, ${s}.migration to ${all};

-- the writer adds batches, and puts aside what the database refuses; the numbers tell it when they are in the log
grant insert (events, batch), select (n) on ${s}.inbox to ${writer};
grant insert (event, reason) on ${s}.quarantine to ${writer};

-- the reader reads the log, and counts what waits
grant select on ${s}.event, ${s}.workspace_shard, ${s}.log_head, ${s}.shard, ${s}.reader,
  ${ROLLUP_TABLES.map((table) => `${s}.${table}`).join(', ')} to ${reader};
grant select (n, events) on ${s}.inbox to ${reader};
grant select (n) on ${s}.quarantine to ${reader};
grant execute on function ${s}.next_seq(text) to ${reader}, ${sequencer};

-- the sequencer takes batches out of the inbox, adds their events to the log, and moves head and rollups on
grant select, delete, insert (n, events, batch) on ${s}.inbox to ${sequencer};
grant insert (event, reason) on ${s}.quarantine to ${sequencer};
grant select, insert on ${s}.event, ${s}.workspace_shard to ${sequencer};
grant select, insert, update (next_seq) on ${s}.rollup_head to ${sequencer};
grant select, insert, update (events, first_seq, last_seq) on ${s}.rollup_quarter, ${s}.rollup_kind to ${sequencer};
grant select, insert, update (events, failed, changes, logins, kinds, counts) on ${s}.rollup_total_quarter, ${s}.rollup_total_day,
  ${s}.rollup_actor_quarter to ${sequencer};
grant select, insert, update (events, failed, changes, logins, kinds, counts, first_seq, last_seq) on ${s}.rollup_actor_day to ${sequencer};
grant select, insert, update (events, failed, changes, logins) on ${s}.rollup_actor_week to ${sequencer};
grant select, insert, update (events, first_at, last_at, last_login_at, email) on ${s}.rollup_actor to ${sequencer};
grant select, insert, update (events, failed, changes) on ${s}.rollup_resource_day to ${sequencer};
grant select, update (next_index) on ${s}.log_head to ${sequencer};
grant select, update (next_index, updated_at) on ${s}.reader to ${sequencer};
grant select on ${s}.shard to ${sequencer};
grant execute on function ${s}.expect_head(int, int, bigint, bigint), ${s}.expect_id(uuid, uuid), ${s}.create_shard(int), ${s}.attach_shard(int),
  ${s}.roll_shard(int, int) to ${sequencer};`
}

// As sub-selects the settings are read once a statement and not once a row; a setting that has ended reads ''.
const SEEN = `workspace_id = (select nullif(current_setting('actrail.workspace', true), ''))
    or (select current_setting('actrail.everywhere', true)) = 'on'`

const APPENDED = ['event', 'workspace_shard']

/** Whose rows a transaction sees, the owner's too; the shards become as the log is. */
export function secureRows({ schema, sequencer }: RoleNames): string {
  const secured = (table: string): string => {
    const name = `${schema}.${table}`
    return `
alter table ${name} enable row level security, force row level security;
drop policy if exists tenant on ${name};
create policy tenant on ${name} for select using (${SEEN});
drop policy if exists append on ${name};
create policy append on ${name} for insert to ${sequencer} with check (true);`
  }
  const counted = (table: string): string => `${secured(table)}
drop policy if exists move on ${schema}.${table};
create policy move on ${schema}.${table} for update to ${sequencer} using (true) with check (true);`
  const all = [...APPENDED.map(secured), ...ROLLUP_TABLES.map(counted)]
  return `-- a transaction sees the workspace that it names, or all if it says so; without either, nothing${all.join('\n')}

select ${schema}.protect_shard(shard) from ${schema}.shard order by shard;`
}

/** Grants a login role all three, unless it could get past them. $1 = its name, quoted; $2 = the same as a literal. */
export function admit({ owner, writer, reader, sequencer }: RoleNames, name: string, literal: string): string {
  return `-- the application, which must not be able to get past its rights
do $application$ begin
  if exists (select from pg_roles where rolname = ${literal} and (rolsuper or rolbypassrls or rolcreaterole or rolreplication)) then
    raise exception 'the application must not have superuser, bypassrls, createrole or replication';
  end if;
  if pg_has_role(${literal}, '${owner}', 'member') then
    raise exception 'the application must not be a member of ${owner}';
  end if;
end $application$;
grant ${writer}, ${reader}, ${sequencer} to ${name};`
}
