import { run } from './tamper'

it('lets nobody below the owner change what is recorded, nor read another tenant', async () => {
  const findings = await run({ postgres: '18' })
  expect(findings).toMatchObject({ pass: true, succeeded: 0, isOracleAwake: true })
  expect(findings['attempts']).toBeGreaterThan(100)
}, 120_000)
