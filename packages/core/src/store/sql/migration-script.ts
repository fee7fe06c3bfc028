/** Our schema and our table of migrations, as TypeORM makes them; whoever migrates at the same time waits. */
export function migrationTable(schema: string): string {
  return `select pg_advisory_xact_lock(hashtext('actrail.migrate'), hashtext('${schema}'));

do $schema$ begin
  if to_regnamespace('${schema}') is null then create schema ${schema}; end if;
end $schema$;

create table if not exists actrail.migration (
  id serial not null,
  timestamp bigint not null,
  name character varying not null,
  constraint "PK_3043fc6b8af7c99b8b98830094f" primary key (id)
);`
}

/** Ends the script when a migration has run. `name` is a literal. */
export function migrationMissing(name: string): string {
  return `do $once$ begin
  if exists (select from actrail.migration where name = ${name}) then
    raise exception 'migration % has run already: print the script anew', ${name};
  end if;
end $once$;`
}

/** Notes that a migration has run. `name` is a literal, `timestamp` in ms since 1970. */
export function migrationMade(name: string, timestamp: number): string {
  return `insert into actrail.migration (timestamp, name) values (${timestamp}, ${name});`
}
