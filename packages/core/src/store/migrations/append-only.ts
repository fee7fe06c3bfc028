// Rows fire the one, statements the other: a truncate passes triggers on rows, and a truncate of one shard those of the
// whole log. "Always" holds under session_replication_role, too. Nothing is added to what an insert does.

/** What is recorded is never changed or removed, and the log's head only moves forward: also by whoever owns the tables. */
export const appendOnly = `
create function actrail.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $refuse$
begin
  raise exception 'what is recorded stays as it is: % of %.% is refused', lower(tg_op), tg_table_schema, tg_table_name
    using errcode = 'ACT03';
end $refuse$;

create trigger unchanging before update or delete on actrail.event for each row execute function actrail.refuse_change();
create trigger untruncated before truncate on actrail.event for each statement execute function actrail.refuse_change();
create trigger unchanging before update or delete or truncate on actrail.workspace_shard for each statement execute function actrail.refuse_change();
create trigger unchanging before update or delete or truncate on actrail.trail for each statement execute function actrail.refuse_change();
create trigger unchanging before update or truncate on actrail.quarantine for each statement execute function actrail.refuse_change();
create trigger unchanging before update on actrail.inbox for each statement execute function actrail.refuse_change();
alter table actrail.event enable always trigger unchanging;
alter table actrail.event enable always trigger untruncated;
alter table actrail.workspace_shard enable always trigger unchanging;
alter table actrail.trail enable always trigger unchanging;
alter table actrail.quarantine enable always trigger unchanging;
alter table actrail.inbox enable always trigger unchanging;

-- "after": a trigger before an update would lock each row once more, even where its condition is false
create trigger forward after update on actrail.log_head for each row
  when (new.next_index < old.next_index or new.shard < old.shard) execute function actrail.refuse_change();
create trigger lasting before delete or truncate on actrail.log_head for each statement execute function actrail.refuse_change();
alter table actrail.log_head enable always trigger forward;
alter table actrail.log_head enable always trigger lasting;
`
