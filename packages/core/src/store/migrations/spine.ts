import { appendOnly } from './append-only'
import { shardFunctions } from './shard-functions'

// Text of an index has the collation "C": equality is all that it is for, comparing bytes is several times faster than by
// the rules of a language, a pattern with a fixed beginning can use the index, and no update of the system's library of
// collations can break it.

/** The first schema: the inbox of batches, the sharded log, its heads, its rollups, its readers. */
export const spine = `
create table actrail.trail (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid(),
  created_at timestamptz not null default now()
);
insert into actrail.trail default values;

-- one row is one batch: a JSON array of events, the journal's bytes; nothing reads it but the sequencer
create table actrail.inbox (
  n bigint generated always as identity primary key,
  events int not null check (events > 0),
  batch json not null
);
alter table actrail.inbox alter column batch set storage external;
-- rows live for milliseconds: without a tight autovacuum each probe walks over the dead ones
alter table actrail.inbox set (
  autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_threshold = 1000000000,
  toast.autovacuum_vacuum_threshold = 5000, toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_cost_delay = 0
);

create table actrail.log_head (
  one boolean primary key default true check (one),
  shard int not null,
  next_index bigint not null
) with (fillfactor = 10, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0, autovacuum_analyze_threshold = 1000000000);
insert into actrail.log_head (shard, next_index) values (0, 0);

-- which shards hold events of a workspace, and from which number on; its newest event is the one with the highest number
create table actrail.workspace_shard (
  workspace_id text collate "C" not null,
  shard int not null,
  first_seq bigint not null,
  primary key (workspace_id, shard)
);
create unique index workspace_shard_by_seq on actrail.workspace_shard (workspace_id, first_seq);

-- made: a stand-alone table; ahead: attached, waiting; open: the sequencer writes into it; closed: complete
create table actrail.shard (
  shard int primary key,
  state text not null check (state in ('made', 'ahead', 'open', 'closed')),
  first_index bigint,
  last_index bigint,
  opened_at timestamptz,
  closed_at timestamptz
);

-- columns of fixed width first: no padding between them
create table actrail.event (
  log_index bigint not null,
  workspace_seq bigint not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  id uuid not null,
  shard int not null,
  status_code smallint,
  version smallint not null,
  intent_id uuid,
  duration_us bigint,
  workspace_id text collate "C" not null,
  actor_type text collate "C",
  actor_id text collate "C",
  actor_email text collate "C",
  actor_name text,
  action text collate "C" not null,
  verb text collate "C" not null,
  resource_type text collate "C",
  resource_id text collate "C",
  resource_name text,
  issue_id text collate "C",
  project text collate "C",
  result text collate "C" not null check (result in ('success', 'failure', 'denied', 'aborted', 'unknown')),
  ip inet,
  user_agent text,
  request_id text,
  trace_id text,
  source text not null,
  leaf_hash bytea not null,
  on_behalf_of jsonb,
  context jsonb,
  details jsonb,
  changes jsonb,
  primary key (shard, log_index)
) partition by list (shard);

-- the sequencer's statement names its shards and looks up where they end; these end it when that is out of date, before
-- anything is written: after waiting for another process's step, the head is the new one and the rest is as it was before
create function actrail.expect_head(open_shard int, named int, next_index bigint, seen bigint) returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $head$
begin
  if open_shard = named and next_index = seen then return true; end if;
  raise exception 'the log goes on in shard % at %, not in shard % at %', open_shard, next_index, named, seen using errcode = 'ACT01';
end $head$;

create function actrail.expect_id(oldest uuid, searched_from uuid) returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $id$
begin
  if oldest is null or oldest >= searched_from then return true; end if;
  raise exception 'an id is older than the shards that were searched' using errcode = 'ACT02', detail = oldest::text;
end $id$;

-- the number of a workspace's next event; named by its shard, since a plan over all shards takes longer than the look-up
create function actrail.next_seq(workspace text) returns bigint language plpgsql stable set search_path = pg_catalog, pg_temp as $next$
declare
  newest int;
  seq bigint;
begin
  select w.shard into newest from actrail.workspace_shard w where w.workspace_id = workspace order by w.first_seq desc limit 1;
  if not found then return 0; end if;
  execute format('select e.workspace_seq + 1 from actrail.event_%s e where e.workspace_id = $1 order by e.workspace_seq desc limit 1', newest)
    into seq using workspace;
  return seq;
end $next$;

-- 15 minutes of occurred_at; first_seq and last_seq make it a skip index for filtered lists
create table actrail.rollup_quarter (
  workspace_id text collate "C" not null,
  quarter timestamptz not null,
  action text collate "C" not null,
  verb text collate "C" not null,
  result text collate "C" not null,
  events bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  primary key (workspace_id, quarter, action, verb, result)
) with (fillfactor = 70);

-- for all times: which kinds of events a workspace has, how many of each and where; '' where an event has no such type
create table actrail.rollup_kind (
  workspace_id text collate "C" not null,
  action text collate "C" not null,
  verb text collate "C" not null,
  result text collate "C" not null,
  actor_type text collate "C" not null,
  resource_type text collate "C" not null,
  events bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  primary key (workspace_id, action, verb, result, actor_type, resource_type)
) with (fillfactor = 50);

create table actrail.rollup_actor_day (
  workspace_id text collate "C" not null,
  day date not null,
  actor_type text collate "C" not null,
  actor_id text collate "C" not null,
  events bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  primary key (workspace_id, actor_id, actor_type, day)
) with (fillfactor = 70);
create index rollup_actor_day_by_day on actrail.rollup_actor_day (workspace_id, day);

-- the rollups hold every event of the workspace below next_seq, and none from there on
create table actrail.rollup_head (
  workspace_id text collate "C" primary key,
  next_seq bigint not null
) with (fillfactor = 50);

-- consumers of the log: everything below next_index is done
create table actrail.reader (
  name text primary key,
  next_index bigint not null,
  updated_at timestamptz not null default now()
) with (fillfactor = 10);
insert into actrail.reader (name, next_index) values ('rollups', 0);

create table actrail.quarantine (
  n bigint generated always as identity primary key,
  quarantined_at timestamptz not null default now(),
  reason text not null,
  event text not null
);

${appendOnly}
${shardFunctions}
select actrail.create_shard(0);
select actrail.attach_shard(0);
update actrail.shard set state = 'open', first_index = 0, opened_at = now() where shard = 0;
`
