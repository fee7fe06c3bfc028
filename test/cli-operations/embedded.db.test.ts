import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuditTrail } from '@actrail/core'
import { runCli } from '../cli/run-cli'
import { oldRows, writeOld } from './old-table'

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

it('all of it works on an embedded store while no application uses it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-embedded-'))
  const cli = (...argv: string[]) => runCli([...argv, '--directory', 'app'], { cwd: folder })
  try {
    expect(await cli('migrate')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/the embedded store/) as string,
    })
    writeOld(folder, oldRows(1_200))
    const importing = ['import', '--from-csv', 'audit.csv', '--mapping', 'audit.json', '--json']
    expect(JSON.parse((await cli(...importing)).stdout)).toEqual({ rows: 1_200, added: 1_200, known: 0, rejected: 0 })
    expect(JSON.parse((await cli(...importing)).stdout)).toEqual({ rows: 1_200, added: 0, known: 1_200, rejected: 0 })
    expect((await cli('rebuild-rollups')).stdout).toMatch(/^The rollups are rebuilt: 1,202 events/)
    expect((await cli('quarantine', 'list')).exitCode).toBe(0)
    const checks = JSON.parse((await cli('doctor', '--json')).stdout) as { check: string; ok: boolean }[]
    // No application has made a journal yet.
    expect(checks.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(['journal'])
    const trail = createAuditTrail({ directory: join(folder, 'app'), logger })
    await trail.start()
    const page = await trail.query({ workspace: 'acme', results: ['failure'] })
    expect(page.total).toBe(120)
    await trail.stop()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
