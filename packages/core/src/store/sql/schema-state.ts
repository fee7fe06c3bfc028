/** One question at start: the server's version, whether our schema and our table of migrations are there. */
export const schemaState = `
select current_setting('server_version_num')::int as version,
       current_user::text as role,
       current_database()::text as database,
       to_regnamespace($1) is not null as has_schema,
       case when has_schema_privilege(to_regnamespace($1)::oid, 'usage')
         then to_regclass('actrail.migration') is not null end as has_migrations,
       has_schema_privilege(to_regnamespace($1)::oid, 'create') as may_alter,
       has_database_privilege(current_database(), 'create') as may_create`

/** Names of the migrations that ran, oldest first. */
export const migrationsRun = 'select name from actrail.migration order by id'

/** Held until the transaction ends, by whoever migrates: others wait, then find nothing left to do. $1 = schema. */
export const lockMigrations = `select pg_advisory_xact_lock(hashtext('actrail.migrate'), hashtext($1))`
