-- Made by scripts/schema-dump.ts from the migrations; do not edit.

create schema actrail;

create table actrail.event (
  log_index bigint not null,
  workspace_seq bigint not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now(),
  id uuid not null,
  shard integer not null,
  status_code smallint,
  version smallint not null,
  intent_id uuid,
  duration_us bigint,
  workspace_id text not null,
  actor_type text,
  actor_id text,
  actor_email text,
  actor_name text,
  action text not null,
  verb text not null,
  resource_type text,
  resource_id text,
  resource_name text,
  issue_id text,
  project text,
  result text not null,
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
  constraint event_result_check CHECK ((result = ANY (ARRAY['success'::text, 'failure'::text, 'denied'::text, 'aborted'::text, 'unknown'::text]))),
  constraint event_pkey PRIMARY KEY (shard, log_index)
) partition by LIST (shard);
CREATE TRIGGER unchanging BEFORE DELETE OR UPDATE ON actrail.event FOR EACH ROW EXECUTE FUNCTION actrail.refuse_change();
alter table actrail.event enable always trigger unchanging;
CREATE TRIGGER untruncated BEFORE TRUNCATE ON actrail.event FOR EACH STATEMENT EXECUTE FUNCTION actrail.refuse_change();
alter table actrail.event enable always trigger untruncated;

create table actrail.event_0 (
  log_index bigint not null,
  workspace_seq bigint not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now(),
  id uuid not null,
  shard integer not null,
  status_code smallint,
  version smallint not null,
  intent_id uuid,
  duration_us bigint,
  workspace_id text not null,
  actor_type text,
  actor_id text,
  actor_email text,
  actor_name text,
  action text not null,
  verb text not null,
  resource_type text,
  resource_id text,
  resource_name text,
  issue_id text,
  project text,
  result text not null,
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
  constraint event_0_shard CHECK ((shard = 0)),
  constraint event_result_check CHECK ((result = ANY (ARRAY['success'::text, 'failure'::text, 'denied'::text, 'aborted'::text, 'unknown'::text]))),
  constraint event_0_pkey PRIMARY KEY (shard, log_index)
);
alter table actrail.event attach partition actrail.event_0 FOR VALUES IN (0);
CREATE INDEX event_0_action ON actrail.event_0 USING btree (workspace_id, action, workspace_seq);
CREATE INDEX event_0_actor ON actrail.event_0 USING btree (workspace_id, actor_id, workspace_seq);
CREATE INDEX event_0_email ON actrail.event_0 USING btree (workspace_id, actor_email, workspace_seq) WHERE (actor_email IS NOT NULL);
CREATE INDEX event_0_failed ON actrail.event_0 USING btree (workspace_id, result, workspace_seq) WHERE (result <> 'success'::text);
CREATE UNIQUE INDEX event_0_id ON actrail.event_0 USING btree (id);
CREATE INDEX event_0_ip ON actrail.event_0 USING btree (workspace_id, ip, workspace_seq) WHERE (ip IS NOT NULL);
CREATE INDEX event_0_issue ON actrail.event_0 USING btree (workspace_id, issue_id, workspace_seq) WHERE (issue_id IS NOT NULL);
CREATE INDEX event_0_project ON actrail.event_0 USING btree (workspace_id, project, workspace_seq) WHERE (project IS NOT NULL);
CREATE INDEX event_0_resource ON actrail.event_0 USING btree (workspace_id, resource_type, resource_id, workspace_seq);
CREATE UNIQUE INDEX event_0_seq ON actrail.event_0 USING btree (workspace_id, workspace_seq);
CREATE TRIGGER unchanging BEFORE DELETE OR UPDATE ON actrail.event_0 FOR EACH ROW EXECUTE FUNCTION actrail.refuse_change();
alter table actrail.event_0 enable always trigger unchanging;
CREATE TRIGGER untruncated BEFORE TRUNCATE ON actrail.event_0 FOR EACH STATEMENT EXECUTE FUNCTION actrail.refuse_change();
alter table actrail.event_0 enable always trigger untruncated;

create table actrail.inbox (
  n bigint not null generated always as identity,
  events integer not null,
  batch json storage external not null,
  constraint inbox_events_check CHECK ((events > 0)),
  constraint inbox_pkey PRIMARY KEY (n)
) with (autovacuum_analyze_threshold=1000000000, autovacuum_vacuum_cost_delay=0, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=200, toast.autovacuum_vacuum_cost_delay=0, toast.autovacuum_vacuum_scale_factor=0, toast.autovacuum_vacuum_threshold=5000);
CREATE TRIGGER unchanging BEFORE UPDATE ON actrail.inbox FOR EACH STATEMENT EXECUTE FUNCTION actrail.refuse_change();
alter table actrail.inbox enable always trigger unchanging;

create table actrail.log_head (
  one boolean not null default true,
  shard integer not null,
  next_index bigint not null,
  constraint log_head_one_check CHECK (one),
  constraint log_head_pkey PRIMARY KEY (one)
) with (autovacuum_analyze_threshold=1000000000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=200, fillfactor=10);
CREATE TRIGGER forward AFTER UPDATE ON actrail.log_head FOR EACH ROW WHEN (((new.next_index < old.next_index) OR (new.shard < old.shard))) EXECUTE FUNCTION actrail.refuse_change();
alter table actrail.log_head enable always trigger forward;
CREATE TRIGGER lasting BEFORE DELETE OR TRUNCATE ON actrail.log_head FOR EACH STATEMENT EXECUTE FUNCTION actrail.refuse_change();
alter table actrail.log_head enable always trigger lasting;

create table actrail.migration (
  id integer not null default nextval('actrail.migration_id_seq'::regclass),
  timestamp bigint not null,
  name character varying not null,
  constraint PK_3043fc6b8af7c99b8b98830094f PRIMARY KEY (id)
);

create table actrail.quarantine (
  n bigint not null generated always as identity,
  quarantined_at timestamp with time zone not null default now(),
  reason text not null,
  event text not null,
  constraint quarantine_pkey PRIMARY KEY (n)
);
CREATE TRIGGER unchanging BEFORE UPDATE OR TRUNCATE ON actrail.quarantine FOR EACH STATEMENT EXECUTE FUNCTION actrail.refuse_change();
alter table actrail.quarantine enable always trigger unchanging;

create table actrail.reader (
  name text not null,
  next_index bigint not null,
  updated_at timestamp with time zone not null default now(),
  constraint reader_pkey PRIMARY KEY (name)
) with (fillfactor=10);

create table actrail.rollup_actor (
  workspace_id text not null,
  actor_type text not null,
  actor_id text not null,
  events bigint not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  last_login_at timestamp with time zone,
  email text,
  constraint rollup_actor_pkey PRIMARY KEY (workspace_id, actor_id, actor_type)
) with (fillfactor=70);

create table actrail.rollup_actor_day (
  workspace_id text not null,
  day date not null,
  actor_type text not null,
  actor_id text not null,
  events integer not null,
  first_seq bigint not null,
  last_seq bigint not null,
  pack integer not null,
  failed integer not null,
  changes integer not null,
  logins integer not null,
  kinds integer[] not null,
  counts bigint[] not null,
  constraint rollup_actor_day_pkey PRIMARY KEY (workspace_id, actor_id, actor_type, day, pack)
) with (fillfactor=70);
CREATE INDEX rollup_actor_day_by_day ON actrail.rollup_actor_day USING btree (workspace_id, day);

create table actrail.rollup_actor_quarter (
  workspace_id text not null,
  quarter timestamp with time zone not null,
  actor_type text not null,
  actor_id text not null,
  pack integer not null,
  events integer not null,
  failed integer not null,
  changes integer not null,
  logins integer not null,
  kinds integer[] not null,
  counts bigint[] not null,
  constraint rollup_actor_quarter_pkey PRIMARY KEY (workspace_id, actor_id, actor_type, quarter, pack)
) with (fillfactor=80);
CREATE INDEX rollup_actor_quarter_by_time ON actrail.rollup_actor_quarter USING btree (workspace_id, quarter);

create table actrail.rollup_actor_week (
  workspace_id text not null,
  week date not null,
  actor_type text not null,
  actor_id text not null,
  events integer not null,
  failed integer not null,
  changes integer not null,
  logins integer not null,
  constraint rollup_actor_week_pkey PRIMARY KEY (workspace_id, actor_type, week, actor_id)
) with (fillfactor=70);

create table actrail.rollup_head (
  workspace_id text not null,
  next_seq bigint not null,
  constraint rollup_head_pkey PRIMARY KEY (workspace_id)
) with (fillfactor=50);

create table actrail.rollup_kind (
  workspace_id text not null,
  action text not null,
  verb text not null,
  result text not null,
  actor_type text not null,
  resource_type text not null,
  events bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  kind integer not null,
  constraint rollup_kind_pkey PRIMARY KEY (workspace_id, action, verb, result, actor_type, resource_type)
) with (fillfactor=50);
CREATE UNIQUE INDEX rollup_kind_by_number ON actrail.rollup_kind USING btree (workspace_id, kind);

create table actrail.rollup_quarter (
  workspace_id text not null,
  quarter timestamp with time zone not null,
  action text not null,
  verb text not null,
  result text not null,
  events bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  constraint rollup_quarter_pkey PRIMARY KEY (workspace_id, quarter, action, verb, result)
) with (fillfactor=70);

create table actrail.rollup_resource_day (
  workspace_id text not null,
  day date not null,
  resource_type text not null,
  resource_id text not null,
  events integer not null,
  failed integer not null,
  changes integer not null,
  constraint rollup_resource_day_pkey PRIMARY KEY (workspace_id, day, resource_type, resource_id)
) with (fillfactor=80);

create table actrail.rollup_total_day (
  workspace_id text not null,
  day date not null,
  pack integer not null,
  events bigint not null,
  failed bigint not null,
  changes bigint not null,
  logins bigint not null,
  kinds integer[] not null,
  counts bigint[] not null,
  constraint rollup_total_day_pkey PRIMARY KEY (workspace_id, day, pack)
) with (fillfactor=50);

create table actrail.rollup_total_quarter (
  workspace_id text not null,
  quarter timestamp with time zone not null,
  pack integer not null,
  events bigint not null,
  failed bigint not null,
  changes bigint not null,
  logins bigint not null,
  kinds integer[] not null,
  counts bigint[] not null,
  constraint rollup_total_quarter_pkey PRIMARY KEY (workspace_id, quarter, pack)
) with (fillfactor=70);

create table actrail.shard (
  shard integer not null,
  state text not null,
  first_index bigint,
  last_index bigint,
  opened_at timestamp with time zone,
  closed_at timestamp with time zone,
  constraint shard_state_check CHECK ((state = ANY (ARRAY['made'::text, 'ahead'::text, 'open'::text, 'closed'::text]))),
  constraint shard_pkey PRIMARY KEY (shard)
);

create table actrail.trail (
  one boolean not null default true,
  id uuid not null default gen_random_uuid(),
  created_at timestamp with time zone not null default now(),
  constraint trail_one_check CHECK (one),
  constraint trail_pkey PRIMARY KEY (one)
);
CREATE TRIGGER unchanging BEFORE DELETE OR UPDATE OR TRUNCATE ON actrail.trail FOR EACH STATEMENT EXECUTE FUNCTION actrail.refuse_change();
alter table actrail.trail enable always trigger unchanging;

create table actrail.workspace_shard (
  workspace_id text not null,
  shard integer not null,
  first_seq bigint not null,
  constraint workspace_shard_pkey PRIMARY KEY (workspace_id, shard)
);
CREATE UNIQUE INDEX workspace_shard_by_seq ON actrail.workspace_shard USING btree (workspace_id, first_seq);
CREATE TRIGGER unchanging BEFORE DELETE OR UPDATE OR TRUNCATE ON actrail.workspace_shard FOR EACH STATEMENT EXECUTE FUNCTION actrail.refuse_change();
alter table actrail.workspace_shard enable always trigger unchanging;

CREATE OR REPLACE FUNCTION actrail.attach_shard(s integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  execute format('alter table actrail.event attach partition actrail.event_%s for values in (%s)', s, s);
  update actrail.shard set state = 'ahead' where shard = s and state = 'made';
end $function$;

CREATE OR REPLACE FUNCTION actrail.create_shard(s integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if s <> (select coalesce(max(shard) + 1, 0) from actrail.shard) then
    raise exception 'shard % is not the next one', s using errcode = 'ACT01';
  end if;
  execute format('create table actrail.event_%s (like actrail.event including defaults including constraints, constraint event_%s_shard check (shard = %s))', s, s, s);
  execute format('alter table actrail.event_%s add primary key (shard, log_index)', s);
  execute format('create unique index event_%s_id on actrail.event_%s (id)', s, s);
  execute format('create unique index event_%s_seq on actrail.event_%s (workspace_id, workspace_seq)', s, s);
  execute format('create index event_%s_actor on actrail.event_%s (workspace_id, actor_id, workspace_seq)', s, s);
  execute format('create index event_%s_action on actrail.event_%s (workspace_id, action, workspace_seq)', s, s);
  execute format('create index event_%s_resource on actrail.event_%s (workspace_id, resource_type, resource_id, workspace_seq)', s, s);
  execute format('create index event_%s_issue on actrail.event_%s (workspace_id, issue_id, workspace_seq) where issue_id is not null', s, s);
  -- partial: an event pays only for what it carries
  execute format('create index event_%s_email on actrail.event_%s (workspace_id, actor_email, workspace_seq) where actor_email is not null', s, s);
  execute format('create index event_%s_ip on actrail.event_%s (workspace_id, ip, workspace_seq) where ip is not null', s, s);
  execute format('create index event_%s_project on actrail.event_%s (workspace_id, project, workspace_seq) where project is not null', s, s);
  execute format('create index event_%s_failed on actrail.event_%s (workspace_id, result, workspace_seq) where result <> ''success''', s, s);
  perform actrail.protect_shard(s);
  insert into actrail.shard (shard, state) values (s, 'made');
end $function$;

CREATE OR REPLACE FUNCTION actrail.expect_head(open_shard integer, named integer, next_index bigint, seen bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if open_shard = named and next_index = seen then return true; end if;
  raise exception 'the log goes on in shard % at %, not in shard % at %', open_shard, next_index, named, seen using errcode = 'ACT01';
end $function$;

CREATE OR REPLACE FUNCTION actrail.expect_id(oldest uuid, searched_from uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if oldest is null or oldest >= searched_from then return true; end if;
  raise exception 'an id is older than the shards that were searched' using errcode = 'ACT02', detail = oldest::text;
end $function$;

CREATE OR REPLACE FUNCTION actrail.next_seq(workspace text)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  newest int;
  seq bigint;
begin
  select w.shard into newest from actrail.workspace_shard w where w.workspace_id = workspace order by w.first_seq desc limit 1;
  if not found then return 0; end if;
  execute format('select e.workspace_seq + 1 from actrail.event_%s e where e.workspace_id = $1 order by e.workspace_seq desc limit 1', newest)
    into seq using workspace;
  return seq;
end $function$;

CREATE OR REPLACE FUNCTION actrail.protect_shard(s integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  log pg_class;
  item record;
begin
  select * into log from pg_class where oid = 'actrail.event'::regclass;
  execute format('create or replace trigger untruncated before truncate on actrail.event_%s for each statement execute function actrail.refuse_change()', s);
  execute format('alter table actrail.event_%s enable always trigger untruncated', s);
  for item in
    select a.privilege_type as privilege, case a.grantee when 0 then 'public' else a.grantee::regrole::text end as role
    from aclexplode(log.relacl) a where a.grantee <> log.relowner
  loop
    execute format('grant %s on actrail.event_%s to %s', item.privilege, s, item.role);
  end loop;
  for item in select polname as name from pg_policy where polrelid = format('actrail.event_%s', s)::regclass loop
    execute format('drop policy %I on actrail.event_%s', item.name, s);
  end loop;
  for item in
    select p.polname as name, case when p.polpermissive then 'permissive' else 'restrictive' end as kind,
           case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as command,
           (select string_agg(case r when 0 then 'public' else r::regrole::text end, ', ') from unnest(p.polroles) r) as roles,
           coalesce(' using (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
             || coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') as conditions
    from pg_policy p where p.polrelid = log.oid
  loop
    execute format('create policy %I on actrail.event_%s as %s for %s to %s', item.name, s, item.kind, item.command, item.roles) || item.conditions;
  end loop;
  if log.relrowsecurity then execute format('alter table actrail.event_%s enable row level security', s); end if;
  if log.relforcerowsecurity then execute format('alter table actrail.event_%s force row level security', s); end if;
end $function$;

CREATE OR REPLACE FUNCTION actrail.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  raise exception 'what is recorded stays as it is: % of %.% is refused', lower(tg_op), tg_table_schema, tg_table_name
    using errcode = 'ACT03';
end $function$;

CREATE OR REPLACE FUNCTION actrail.roll_shard(open_shard integer, next_shard integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  head bigint;
begin
  select next_index into head from actrail.log_head where shard = open_shard for update;
  if not found or not exists (select from actrail.shard where shard = next_shard and state = 'ahead') then return false; end if;
  update actrail.shard set state = 'closed', last_index = head - 1, closed_at = clock_timestamp() where shard = open_shard;
  update actrail.shard set state = 'open', first_index = head, opened_at = clock_timestamp() where shard = next_shard;
  update actrail.log_head set shard = next_shard;
  return true;
end $function$;
