// A nested install gives a process two copies of core. They share one scope, and say so when their versions differ.
const { cpSync, readFileSync, writeFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
const { audit } = require('@actrail/express')
const { createTestTrail } = require('@actrail/testkit')
const express = require('express')

const warnings = []
process.on('warning', ({ message }) => warnings.push(message))

/** Lays a second copy of core beside the first, with a version of its own, and loads it. */
function secondCopy(version) {
  const first = dirname(require.resolve('@actrail/core/package.json'))
  const second = join(dirname(first), `core-${version}`)
  cpSync(first, second, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(second, 'package.json'), 'utf8'))
  writeFileSync(join(second, 'package.json'), JSON.stringify({ ...manifest, version: version ?? manifest.version }))
  return require(second)
}

async function main() {
  const same = secondCopy()
  if (same.annotate === require('@actrail/core').annotate) throw new Error('there is one copy only')
  const trail = createTestTrail()
  const app = express()
  app.use(audit(trail))
  app.delete('/projects/:id', (req, res) => {
    if (!same.annotate({ details: { by: 'the other copy' } })) throw new Error('the other copy finds no scope')
    res.sendStatus(204)
  })
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  await fetch(`http://127.0.0.1:${server.address().port}/projects/p1`, { method: 'DELETE' })
  server.close()
  server.closeAllConnections()
  const { details } = trail.expectAudited({ action: 'project.delete', result: 'success' })
  if (details.by !== 'the other copy') throw new Error('the annotation of the other copy is not in the event')
  await warned(0, 'two copies of one version')
  secondCopy('0.0.1')
  await warned(1, 'copies of two versions')
}

async function warned(times, what) {
  await new Promise((resolve) => setImmediate(resolve))
  const ours = warnings.filter((message) => /actrail/i.test(message))
  if (ours.length !== times)
    throw new Error(`${what} warn ${ours.length} times instead of ${times}: ${ours.join('; ')}`)
}

void main()
