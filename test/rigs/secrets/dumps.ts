import { Client } from 'pg'
import { fetchEndpoints } from '../badinput/endpoints'
import type { Haystack } from './search'

/** Every row of every table of the database, as text. */
export async function dumpTables(url: string): Promise<Haystack> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
    )
    const rows: string[] = []
    for (const { name } of tables.rows) {
      const found = await client.query<{ row: string }>(`select t::text as row from ${name} t`)
      for (const { row } of found.rows) rows.push(row)
    }
    return { name: 'the database', text: rows.join('\n') }
  } finally {
    await client.end()
  }
}

interface Page {
  readonly items: readonly { readonly id: string }[]
  readonly next_cursor: string | null
}

/** What the mounted API answers: the list of everything page by page, each event, and every other endpoint once. */
export async function readAnswers(origin: string, token: string): Promise<Haystack> {
  const texts: string[] = []
  const get = async (path: string): Promise<string> => {
    const answer = await fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${token}` } })
    const text = await answer.text()
    texts.push(text)
    return text
  }
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = JSON.parse(await get(`/activity?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`)) as Page
    for (const { id } of page.items.slice(0, 20)) await get(`/activity/${id}`)
    cursor = page.next_cursor
  }
  for (const { method, path, streams } of await fetchEndpoints(origin)) {
    if (method === 'GET' && !streams) await get(path.replace('{ws_id}', 'default').replace(/\{\w+\}/g, '1'))
  }
  return { name: 'the API', text: texts.join('\n') }
}
