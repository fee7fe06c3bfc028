import { once } from 'node:events'
import { Client } from 'pg'
import { from, to } from 'pg-copy-streams'

/** What an attempt met: an error, or nothing, and all words that reached it. */
export interface Encounter {
  /** SQLSTATE of the statement that was refused; undefined when none was. */
  readonly refusedWith: string | undefined
  /** Rows, notices and the error's own text. */
  readonly heard: string
}

/** Runs statements one after the other on a connection of their own, up to the first that is refused. */
export async function attack(url: string, statements: readonly string[], data?: string): Promise<Encounter> {
  const client = new Client({ connectionString: url, statement_timeout: 5_000 })
  const heard: string[] = []
  client.on('error', () => {})
  client.on('notice', (notice) => heard.push(JSON.stringify(notice)))
  await client.connect()
  try {
    for (const statement of statements) heard.push(await run(client, statement, data))
    return { refusedWith: undefined, heard: heard.join('\n') }
  } catch (error) {
    const { code = 'none', message, detail, where } = error as Record<string, string | undefined>
    return { refusedWith: code, heard: [...heard, message, detail, where].join('\n') }
  } finally {
    await client.end()
  }
}

async function run(client: Client, statement: string, data: string | undefined): Promise<string> {
  if (/\bfrom stdin$/.test(statement)) {
    const stream = client.query(from(statement))
    stream.end(data)
    await once(stream, 'finish')
    return ''
  }
  if (/\bto stdout$/.test(statement)) {
    const chunks: unknown[] = []
    for await (const chunk of client.query(to(statement))) chunks.push(chunk)
    return chunks.join('')
  }
  const answers: unknown = await client.query(statement)
  return JSON.stringify([answers].flat().map((answer) => (answer as { rows?: unknown }).rows))
}
