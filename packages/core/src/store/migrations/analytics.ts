// What the rollups have counted cannot be told apart by type of resource and by time afterwards: they begin anew, and their
// task reads the log once more. Lists count from the log until it has caught up.

/**
 * Rollups that answer analytics: kinds of events get numbers, and counts by kind lie packed beside each other, 256 kinds a
 * row. `failed` are those without success; `changes` and `logins` those with it.
 */
export const analytics = `
truncate actrail.rollup_quarter, actrail.rollup_kind, actrail.rollup_actor_day, actrail.rollup_head;
update actrail.reader set next_index = 0, updated_at = now() where name = 'rollups';

-- numbered from 0 in each workspace, in the order in which they first came
alter table actrail.rollup_kind add column kind int not null;
create unique index rollup_kind_by_number on actrail.rollup_kind (workspace_id, kind);

create table actrail.rollup_total_quarter (
  workspace_id text collate "C" not null,
  quarter timestamptz not null,
  pack int not null,
  events bigint not null,
  failed bigint not null,
  changes bigint not null,
  logins bigint not null,
  kinds int[] not null,
  counts bigint[] not null,
  primary key (workspace_id, quarter, pack)
) with (fillfactor = 70);

create table actrail.rollup_total_day (
  workspace_id text collate "C" not null,
  day date not null,
  pack int not null,
  events bigint not null,
  failed bigint not null,
  changes bigint not null,
  logins bigint not null,
  kinds int[] not null,
  counts bigint[] not null,
  primary key (workspace_id, day, pack)
) with (fillfactor = 50);

-- of one actor or one resource: adding up "int" is cheaper, and nobody does two thousand million things in a day
create table actrail.rollup_actor_quarter (
  workspace_id text collate "C" not null,
  quarter timestamptz not null,
  actor_type text collate "C" not null,
  actor_id text collate "C" not null,
  pack int not null,
  events int not null,
  failed int not null,
  changes int not null,
  logins int not null,
  kinds int[] not null,
  counts bigint[] not null,
  primary key (workspace_id, actor_id, actor_type, quarter, pack)
) with (fillfactor = 80);
create index rollup_actor_quarter_by_time on actrail.rollup_actor_quarter (workspace_id, quarter);

alter table actrail.rollup_actor_day
  drop constraint rollup_actor_day_pkey,
  alter column events type int,
  add column pack int not null,
  add column failed int not null,
  add column changes int not null,
  add column logins int not null,
  add column kinds int[] not null,
  add column counts bigint[] not null,
  add primary key (workspace_id, actor_id, actor_type, day, pack);

-- weeks begin on Monday (UTC); narrow, since rankings over months read a row for each actor and week
create table actrail.rollup_actor_week (
  workspace_id text collate "C" not null,
  week date not null,
  actor_type text collate "C" not null,
  actor_id text collate "C" not null,
  events int not null,
  failed int not null,
  changes int not null,
  logins int not null,
  primary key (workspace_id, actor_type, week, actor_id)
) with (fillfactor = 70);

-- for all times: when somebody was seen first and last, and the address they used last
create table actrail.rollup_actor (
  workspace_id text collate "C" not null,
  actor_type text collate "C" not null,
  actor_id text collate "C" not null,
  events bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  last_login_at timestamptz,
  email text collate "C",
  primary key (workspace_id, actor_id, actor_type)
) with (fillfactor = 70);

create table actrail.rollup_resource_day (
  workspace_id text collate "C" not null,
  day date not null,
  resource_type text collate "C" not null,
  resource_id text collate "C" not null,
  events int not null,
  failed int not null,
  changes int not null,
  primary key (workspace_id, day, resource_type, resource_id)
) with (fillfactor = 80);
`
