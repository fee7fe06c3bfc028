// Prints docs/reference/schema.sql: what a new database holds after our migrations, as PostgreSQL 18 describes it.
// `npm run check -- schema` compares the two, `--update` writes the file.

import { openStore } from '../packages/core/src/store/store'
import type { Queries } from '../packages/core/src/store/database'
import { startPostgres } from '../test/db/server'

interface Table {
  oid: string
  name: string
  kind: string
  partition_of: string | null
  bound: string | null
  partition_key: string | null
  options: string[] | null
}

const tables = `
select c.oid::text as oid, c.relname::text as name, c.relkind::text as kind, pg_get_expr(c.relpartbound, c.oid) as bound,
       i.inhparent::regclass::text as partition_of, pg_get_partkeydef(c.oid) as partition_key,
       (select json_agg(o order by o) from (
          select unnest(c.reloptions) as o union all select 'toast.' || unnest(t.reloptions)
        ) as every) as options
from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class t on t.oid = c.reltoastrelid
where c.relnamespace = 'actrail'::regnamespace and c.relkind in ('r', 'p') order by c.relname`

interface Column {
  name: string
  type: string
  required: boolean
  identity: boolean
  value: string | null
  stored_otherwise: boolean
  storage: string
}

const columns = `
select a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
       a.attidentity <> '' as identity, pg_get_expr(d.adbin, d.adrelid) as value,
       a.attstorage <> t.typstorage as stored_otherwise, a.attstorage::text as storage
from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped order by a.attnum`

const constraints = `
select conname::text as name, pg_get_constraintdef(oid) as text from pg_constraint
where conrelid = $1::oid and contype <> 'n' order by contype, conname`

const indexes = `
select pg_get_indexdef(i.indexrelid) as text from pg_index i join pg_class c on c.oid = i.indexrelid
where i.indrelid = $1::oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by c.relname`

const triggers = `
select pg_get_triggerdef(oid) as text, tgname::text as name, tgenabled::text as enabled from pg_trigger
where tgrelid = $1::oid and not tgisinternal order by tgname`

const functions = `
select pg_get_functiondef(p.oid) as text from pg_proc p where p.pronamespace = 'actrail'::regnamespace order by p.proname`

async function main(): Promise<void> {
  const postgres = await startPostgres({ version: 18 })
  try {
    const store = await openStore({ database: postgres.url })
    process.stdout.write(await describe(store.database))
    await store.stop()
  } finally {
    await postgres.stop()
  }
}

async function describe(database: Queries): Promise<string> {
  const parts = ['-- Made by scripts/schema-dump.ts from the migrations; do not edit.\n\ncreate schema actrail;\n']
  for (const table of await database.query<Table>(tables)) parts.push(await describeTable(database, table))
  for (const { text } of await database.query<{ text: string }>(functions)) parts.push(`${text.trimEnd()};\n`)
  return parts.join('\n')
}

async function describeTable(database: Queries, table: Table): Promise<string> {
  const name = `actrail.${table.name}`
  const lines = [...(await describeColumns(database, table)), ...(await describeConstraints(database, table))]
  const partitioned = table.kind === 'p' ? ` partition by ${table.partition_key ?? ''}` : ''
  const options = table.options === null ? '' : ` with (${table.options.join(', ')})`
  const text = [`create table ${name} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)${partitioned}${options};`]
  if (table.partition_of !== null)
    text.push(`alter table ${table.partition_of} attach partition ${name} ${table.bound ?? ''};`)
  for (const index of await database.query<{ text: string }>(indexes, [table.oid])) text.push(`${index.text};`)
  for (const trigger of await database.query<Trigger>(triggers, [table.oid])) text.push(describeTrigger(name, trigger))
  return `${text.join('\n')}\n`
}

interface Trigger {
  name: string
  text: string
  enabled: string
}

function describeTrigger(table: string, { name, text, enabled }: Trigger): string {
  return enabled === 'A' ? `${text};\nalter table ${table} enable always trigger ${name};` : `${text};`
}

async function describeColumns(database: Queries, table: Table): Promise<string[]> {
  const rows = await database.query<Column>(columns, [table.oid])
  return rows.map((row) => {
    const storage = row.stored_otherwise ? ` storage ${row.storage === 'e' ? 'external' : row.storage}` : ''
    const required = row.required ? ' not null' : ''
    const value = row.value === null ? '' : ` default ${row.value}`
    return `${row.name} ${row.type}${storage}${required}${value}${row.identity ? ' generated always as identity' : ''}`
  })
}

async function describeConstraints(database: Queries, table: Table): Promise<string[]> {
  const rows = await database.query<{ name: string; text: string }>(constraints, [table.oid])
  return rows.map(({ name, text }) => `constraint ${name} ${text}`)
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
