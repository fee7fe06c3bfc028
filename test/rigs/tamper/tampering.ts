import type { Attempt } from './attempt'

const OWNER = 'actrail_owner'
const forge = (columns: string): string =>
  `insert into actrail.event_0 (shard, log_index, workspace_seq, occurred_at, id, version, workspace_id, action, verb, result, source, leaf_hash)
   select shard, log_index, workspace_seq, occurred_at, id, version, workspace_id, action, verb, result, source, leaf_hash from actrail.event_0 limit 1
   on conflict ${columns} do update set action = 'forged'`

/** Changes and removes rows of the log, of either table that holds them. */
const rows: readonly Attempt[] = ['event', 'event_0'].flatMap((log) => [
  { name: `update ${log}`, sql: [`update actrail.${log} set action = 'forged'`] },
  { name: `update one row of ${log}`, sql: [`update actrail.${log} set details = null where log_index = 3`] },
  { name: `delete ${log}`, sql: [`delete from actrail.${log}`] },
  {
    name: `delete ${log} within a query`,
    sql: [`with gone as (delete from actrail.${log} returning 1) select count(*) from gone`],
  },
  { name: `delete ${log} in a block`, sql: [`do $$ begin execute 'delete from actrail.${log}'; end $$`] },
  { name: `truncate ${log}`, sql: [`truncate actrail.${log}`] },
  { name: `truncate ${log} cascade`, sql: [`truncate actrail.${log} restart identity cascade`] },
  { name: `drop ${log}`, sql: [`drop table actrail.${log} cascade`] },
  {
    name: `merge into ${log}`,
    sql: [`merge into actrail.${log} e using (select 1) s on true when matched then delete`],
  },
  {
    name: `update ${log} at a cursor`,
    sql: [
      `begin`,
      `declare c cursor for select * from actrail.${log} for update`,
      `fetch c`,
      `update actrail.${log} set action = 'forged' where current of c`,
      `commit`,
    ],
  },
  {
    name: `update ${log} through a view`,
    sql: [`create temp view v as select * from actrail.${log}`, `update v set action = 'forged'`],
  },
  {
    name: `update ${log} as a replica`,
    sql: [`set session_replication_role = replica`, `update actrail.${log} set action = 'forged'`],
  },
  {
    name: `disable the triggers of ${log}`,
    sql: [`alter table actrail.${log} disable trigger all`, `delete from actrail.${log}`],
  },
  {
    name: `drop the trigger of ${log}`,
    sql: [`drop trigger unchanging on actrail.${log}`, `delete from actrail.${log}`],
  },
  {
    name: `make the trigger of ${log} rest on replicas`,
    sql: [`alter table actrail.${log} enable replica trigger unchanging`],
  },
  {
    name: `rewrite a column of ${log}`,
    sql: [`alter table actrail.${log} alter column action type text using 'forged'`],
  },
  { name: `drop a column of ${log}`, sql: [`alter table actrail.${log} drop column details`] },
  { name: `rename ${log}`, sql: [`alter table actrail.${log} rename to gone`] },
  { name: `move ${log} away`, sql: [`alter table actrail.${log} set schema public`] },
  { name: `own ${log}`, sql: [`alter table actrail.${log} owner to current_user`, `delete from actrail.${log}`] },
  {
    name: `grant rights on ${log}`,
    sql: [`grant all on actrail.${log} to current_user`, `delete from actrail.${log}`],
  },
  { name: `a rule on ${log}`, sql: [`create rule r as on insert to actrail.${log} do instead nothing`] },
  {
    name: `a trigger on ${log}`,
    sql: [
      `create function pg_temp.drop_it() returns trigger language plpgsql as 'begin return null; end'`,
      `create trigger t before insert on actrail.${log} for each row execute function pg_temp.drop_it()`,
    ],
  },
  { name: `switch off the row security of ${log}`, sql: [`alter table actrail.${log} disable row level security`] },
  { name: `a policy on ${log}`, sql: [`create policy all_of_it on actrail.${log} using (true)`] },
  { name: `drop the policy of ${log}`, sql: [`drop policy tenant on actrail.${log}`] },
  { name: `lock ${log} away`, sql: [`begin`, `lock table actrail.${log} in access exclusive mode nowait`, `commit`] },
])

const structure: readonly Attempt[] = [
  { name: 'drop the schema', sql: ['drop schema actrail cascade'] },
  { name: 'detach a shard', sql: ['alter table actrail.event detach partition actrail.event_0'] },
  {
    name: 'detach a shard concurrently',
    sql: ['alter table actrail.event detach partition actrail.event_0 concurrently'],
  },
  {
    name: 'attach a forged shard',
    sql: [
      'create temp table forged (like actrail.event)',
      'alter table actrail.event attach partition pg_temp.forged for values in (99)',
    ],
  },
  {
    name: 'refer to a shard',
    sql: [
      'create table public.tied (shard int, i bigint, foreign key (shard, i) references actrail.event_0 (shard, log_index) on delete cascade)',
    ],
  },
  { name: 'make a shard unlogged', sql: ['alter table actrail.event_0 set unlogged'] },
  {
    name: 'an index that runs code',
    sql: [
      `create function pg_temp.f(text) returns text immutable language sql as 'select 1::text'`,
      'create index on actrail.event_0 (pg_temp.f(action))',
    ],
  },
  { name: 'overwrite by conflict with the key', sql: [forge('(shard, log_index)')] },
  { name: 'overwrite by conflict with the id', sql: [forge('(id)')] },
  {
    name: 'copy over a row',
    sql: [
      'copy actrail.event_0 (shard, log_index, workspace_seq, occurred_at, id, version, workspace_id, action, verb, result, source, leaf_hash) from stdin',
    ],
    data: '0\t3\t1\t2020-01-01\t01890000-0000-7000-8000-000000000003\t1\tb\tforged\tA\tsuccess\tx\t\\\\x00\n',
  },
  { name: 'copy a program in', sql: [`copy actrail.event_0 from program 'true'`] },
  {
    name: 'replace the guarding function',
    sql: [
      `create or replace function actrail.refuse_change() returns trigger language plpgsql as 'begin return old; end'`,
    ],
  },
  { name: 'drop the guarding function', sql: ['drop function actrail.refuse_change() cascade'] },
  { name: 'rename the guarding function', sql: ['alter function actrail.refuse_change() rename to gone'] },
  {
    name: 'open the path of a function of the owner',
    sql: ['alter function actrail.create_shard(int) reset search_path'],
  },
  {
    name: 'a function of our own in the schema',
    sql: [`create function actrail.wipe() returns void language sql security definer as 'delete from actrail.event'`],
  },
  { name: 'a table of our own in the schema', sql: ['create table actrail.event_7 (like actrail.event)'] },
  { name: 'call what protects shards', sql: ['select actrail.protect_shard(0)'] },
  { name: 'make a shard that is there', sql: ['select actrail.create_shard(0)'] },
  { name: 'make a shard far ahead', sql: ['select actrail.create_shard(1000)'] },
  { name: 'attach a shard twice', sql: ['select actrail.attach_shard(0)'] },
  { name: 'close the open shard for good', sql: ['select actrail.roll_shard(0, 0)'] },
]

const shadows: readonly Attempt[] = [
  {
    name: 'shadow a table for the functions of the owner',
    sql: [
      'create temp table shard (shard int, state text)',
      `create temp table event (like actrail.event)`,
      'set search_path = pg_temp, actrail',
      'select actrail.create_shard(0)',
    ],
  },
  {
    name: 'shadow a function for the functions of the owner',
    sql: [
      `create function pg_temp.format(text, int, int, int) returns text language sql as $$ select 'drop table actrail.event cascade' $$`,
      `create function pg_temp.format(text, int, int) returns text language sql as $$ select 'drop table actrail.event cascade' $$`,
      'set search_path = pg_temp, pg_catalog',
      'select actrail.create_shard(1)',
    ],
  },
  {
    name: 'shadow an operator for the functions of the owner',
    sql: [
      `create function pg_temp.never(int, int) returns boolean language sql as 'select false'`,
      'create operator pg_temp.<> (leftarg = int, rightarg = int, function = pg_temp.never)',
      'set search_path = pg_temp, pg_catalog',
      'select actrail.create_shard(0)',
    ],
  },
  {
    name: 'shadow the log for a session',
    sql: ['create temp table event (like actrail.event)', 'set search_path = pg_temp, actrail', 'delete from event'],
  },
]

const climbing: readonly Attempt[] = [
  { name: 'become the owner', sql: [`set role ${OWNER}`, 'delete from actrail.event'] },
  { name: 'become the superuser', sql: ['set session authorization postgres'] },
  { name: 'become the superuser by role', sql: ['set role postgres'] },
  { name: 'join the owner', sql: [`grant ${OWNER} to current_user`] },
  { name: 'leave things to the owner', sql: [`reassign owned by ${OWNER} to current_user`] },
  { name: "drop the owner's things", sql: [`drop owned by ${OWNER} cascade`] },
  { name: 'drop the owner', sql: [`drop role ${OWNER}`] },
  { name: 'let the owner log in', sql: [`alter role ${OWNER} login password 'x'`] },
  { name: 'be a superuser', sql: ['alter role current_user superuser'] },
  { name: 'be past row security', sql: ['alter role current_user bypassrls'] },
  { name: 'make a role', sql: ['create role accomplice login superuser'] },
  { name: 'defaults of the owner', sql: [`alter default privileges for role ${OWNER} grant all on tables to public`] },
  {
    name: 'be a replica by a setting of the role',
    sql: [`alter role current_user set session_replication_role = replica`],
  },
  {
    name: 'be a replica by a setting of the database',
    sql: [`alter database postgres set session_replication_role = replica`],
  },
  { name: 'be a replica by a setting of the server', sql: [`alter system set session_replication_role = replica`] },
  {
    name: 'be a replica by a function',
    sql: [`select set_config('session_replication_role', 'replica', false)`, 'delete from actrail.event'],
  },
  { name: 'write to the catalog', sql: [`update pg_catalog.pg_trigger set tgenabled = 'D'`] },
  {
    name: 'own by the catalog',
    sql: [
      `update pg_catalog.pg_class set relowner = (select oid from pg_roles where rolname = current_user) where relname = 'event_0'`,
    ],
  },
  {
    name: 'allow writing to the catalog',
    sql: ['set allow_system_table_mods = on', `delete from pg_catalog.pg_policy`],
  },
  {
    name: 'a trigger on events of the server',
    sql: [`create event trigger e on ddl_command_start execute function actrail.refuse_change()`],
  },
  { name: 'a language without trust', sql: ['create language plpython3u'] },
  { name: 'load a library', sql: [`load '/tmp/library.so'`] },
  { name: 'publish and subscribe', sql: [`create publication p for table actrail.event`] },
  {
    name: 'replicate over it',
    sql: [`create subscription s connection 'dbname=postgres' publication p with (connect = false)`],
  },
]

const besides: readonly Attempt[] = [
  { name: 'reset the numbers of batches', sql: [`alter sequence actrail.inbox_n_seq restart`] },
  { name: 'set the numbers of batches', sql: [`select setval('actrail.inbox_n_seq', 1)`] },
  { name: 'draw numbers of batches', sql: [`select nextval('actrail.inbox_n_seq')`] },
  {
    name: 'choose the number of a batch',
    by: ['writer', 'reader'],
    sql: [`insert into actrail.inbox (n, events, batch) overriding system value values (-5, 1, '[]')`],
  },
  { name: 'change a batch', sql: [`update actrail.inbox set batch = '[]'`] },
  { name: 'remove a batch', by: ['writer', 'reader'], sql: ['delete from actrail.inbox'] },
  { name: 'truncate the inbox', sql: ['truncate actrail.inbox'] },
  { name: 'move the log back', sql: ['update actrail.log_head set next_index = 0'] },
  { name: 'move the log to another shard', sql: ['update actrail.log_head set shard = 5'] },
  { name: 'remove the head of the log', sql: ['delete from actrail.log_head'] },
  { name: 'hide the beginning of a workspace', sql: [`update actrail.workspace_shard set first_seq = first_seq + 1`] },
  { name: 'give a shard to another workspace', sql: [`update actrail.workspace_shard set workspace_id = 'forged'`] },
  { name: 'hide a shard of a workspace', sql: [`delete from actrail.workspace_shard`] },
  { name: 'hide all workspaces', sql: [`truncate actrail.workspace_shard`] },
  { name: 'hide a shard', sql: [`update actrail.shard set state = 'made', first_index = null`] },
  { name: 'remove rollups', sql: [`delete from actrail.rollup_quarter`] },
  { name: 'remove rollups of actors', sql: [`delete from actrail.rollup_actor`] },
  { name: 'empty rollups of days', sql: [`truncate actrail.rollup_total_day`] },
  { name: 'give away the rollups of an actor', sql: [`update actrail.rollup_actor_day set actor_id = 'forged'`] },
  { name: 'rename kinds in rollups', sql: [`update actrail.rollup_kind set action = 'forged'`] },
  { name: 'be another trail', sql: [`update actrail.trail set id = gen_random_uuid()`] },
  { name: 'be no trail', sql: [`delete from actrail.trail`] },
  { name: 'change what was put aside', sql: [`update actrail.quarantine set event = ''`] },
  { name: 'remove what was put aside', sql: [`delete from actrail.quarantine`] },
  { name: 'forget migrations', sql: [`delete from actrail.migration`] },
  { name: 'reader of the log', by: ['writer', 'reader'], sql: [`update actrail.reader set next_index = 0`] },
  { name: 'add to the log past the inbox', by: ['writer', 'reader'], sql: [forge('do nothing --')] },
]

/** Attempts to change or remove what is recorded, or what guards it. */
export const TAMPERING: readonly Attempt[] = [...rows, ...structure, ...shadows, ...climbing, ...besides]
