import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { snapshotOf } from './api'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'actrail-api-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const snapshot = (files: Record<string, string>): string => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return snapshotOf('@actrail/example', join(folder, 'index.d.ts'))
}

test('what is exported is shown in alphabetical order, without comments, also through another file', () => {
  const page = snapshot({
    'index.d.ts': "export { later as zebra, type Shape } from './shape';\nexport declare const apple: number;\n",
    'shape.d.ts':
      '/** Said elsewhere. */\nexport interface Shape { readonly side: number }\nexport declare function later(): Shape;\n',
  })
  expect(page).not.toContain('Said elsewhere')
  expect(page.indexOf('interface Shape')).toBeLessThan(page.indexOf('apple: number'))
  expect(page).toContain('export declare function later(): Shape;')
})

test('a type that an exported one names is shown too, because a change of it changes what users see', () => {
  const page = snapshot({
    'index.d.ts': "import type { Hidden } from './hidden';\nexport declare function open(): Hidden;\n",
    'hidden.d.ts': "import type { Deeper } from './deeper';\nexport interface Hidden { readonly inner: Deeper }\n",
    'deeper.d.ts': 'export type Deeper = string;\nexport type Unrelated = number;\n',
  })
  const hidden = page.slice(page.indexOf('Named by what is exported'))
  expect(hidden).toContain('interface Hidden')
  expect(hidden).toContain('type Deeper')
  expect(page).not.toContain('Unrelated')
})
