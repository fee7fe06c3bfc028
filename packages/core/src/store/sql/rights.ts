/** What the role of this connection may do with the log, and which roles could be granted to it; see `rolesSql`. */
export const rightsOfRole = `
select current_user::text as role,
       has_column_privilege('actrail.inbox', 'batch', 'insert')
         and has_column_privilege('actrail.quarantine', 'event', 'insert') as may_write,
       has_table_privilege('actrail.inbox', 'delete')
         and has_table_privilege('actrail.event', 'insert')
         and has_column_privilege('actrail.log_head', 'next_index', 'update')
         and has_column_privilege('actrail.reader', 'next_index', 'update')
         and has_function_privilege('actrail.create_shard(int)', 'execute') as may_sequence,
       pg_has_role(current_user, log.relowner, 'member') as is_owner,
       row_security_active('actrail.event') as has_row_security,
       (select to_json(array_agg(a.grantee::regrole::text)) from pg_namespace s, aclexplode(s.nspacl) a
        where s.oid = log.relnamespace and a.grantee <> 0) as granted
from pg_class log where log.oid = 'actrail.event'::regclass`
