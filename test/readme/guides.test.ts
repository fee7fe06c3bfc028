import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { blocksOf, eventually, type ExamplePlace, exampleOf, openExamplePlace, ROOT } from './served-example'

let place: ExamplePlace
beforeEach(() => (place = openExamplePlace()))
afterEach(() => place.close())

/** What a line of a guide's shell blocks prints, the application being where it is. */
function type(line: string, base: string): string {
  const env = { ...process.env, ACTRAIL_SERVER: `${base}/api/v1`, ACTRAIL_TOKEN: 'dev-token', NO_COLOR: '1' }
  const command = line
    .replaceAll('localhost:3000', base.replace('http://', ''))
    .replace('npx actrail', `'${process.execPath}' '${join(ROOT, 'packages/cli/dist/main.js')}'`)
  const { stdout, stderr, status } = spawnSync('bash', ['-c', command], { env, encoding: 'utf8', timeout: 25_000 })
  if (status !== 0) throw new Error(`${line} ended with ${status}: ${stderr}`)
  return stdout
}

/** A table of the terminal without its times, and without the test's own looks at it, which are events as well. */
const rowsOf = (table: string): string =>
  table
    .replace(/^.* activity\.viewed .*\n/gm, '')
    .replace(/^[\d-]{10} [\d:]{8}/gm, 'TIME')
    .replace(/\d+ of \d+/, 'all')

describe.each([
  ['express', 'javascript'],
  ['koa', 'javascript'],
  ['nestjs', 'typescript'],
] as const)('ten minutes with %s', (name, language) => {
  const page = `docs/guides/ten-minutes-${name}.md`

  it('end with the table that the guide shows, and with answers to its other questions', async () => {
    const base = await place.serve(place[language](page))
    const lines = blocksOf(page, 'sh').flatMap((block) => block.split('\n').filter((line) => line !== ''))
    for (const line of lines.filter((one) => one.includes("-H 'x-user:"))) type(line, base)
    const shown = rowsOf(exampleOf(page, 'text'))
    await eventually(
      () => rowsOf(type('npx actrail activity', base)),
      (table) => table === shown,
    )
    expect(JSON.parse(type(lines.find((one) => one.includes('--json')) ?? '', base))).toMatchObject({
      items: [{ changes: { title: { old: 'Login fails', new: 'Log-in fails' } } }],
    })
    const overHttp = JSON.parse(type(lines.find((one) => one.includes('Bearer')) ?? '', base)) as { action: string }[]
    expect(overHttp.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['issue.delete', 'issue.update', 'issue.create']),
    )
  })
})
