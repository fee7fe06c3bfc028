// "security definer": the role of a sequencer opens shards without owning a table. Only the owner may call them until
// somebody grants it.

/** How a shard is made, attached and opened, and made to be as the log is: its triggers, grants and policies. */
export const shardFunctions = `
-- a shard is read and written by its own name, so that rights and policies of the whole log do not reach it by themselves;
-- rows of a shard that is attached have the log's triggers, truncating has not
create function actrail.protect_shard(s int) returns void language plpgsql set search_path = pg_catalog, pg_temp as $protect$
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
end $protect$;

-- a stand-alone table first: 'create table … partition of' waits for every reader and makes new readers wait
create function actrail.create_shard(s int) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $create$
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
end $create$;

create function actrail.attach_shard(s int) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $attach$
begin
  execute format('alter table actrail.event attach partition actrail.event_%s for values in (%s)', s, s);
  update actrail.shard set state = 'ahead' where shard = s and state = 'made';
end $attach$;

-- false when another process was faster, or the next one is not attached yet
create function actrail.roll_shard(open_shard int, next_shard int) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $roll$
declare
  head bigint;
begin
  select next_index into head from actrail.log_head where shard = open_shard for update;
  if not found or not exists (select from actrail.shard where shard = next_shard and state = 'ahead') then return false; end if;
  update actrail.shard set state = 'closed', last_index = head - 1, closed_at = clock_timestamp() where shard = open_shard;
  update actrail.shard set state = 'open', first_index = head, opened_at = clock_timestamp() where shard = next_shard;
  update actrail.log_head set shard = next_shard;
  return true;
end $roll$;

revoke all on function actrail.protect_shard(int), actrail.create_shard(int), actrail.attach_shard(int), actrail.roll_shard(int, int) from public;
`
