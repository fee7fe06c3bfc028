import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'
import { resolve } from 'node:path'

import type { FaultServer } from '../client/fault-server'
import type { ServedLog } from '../client/serve-log'

const ENTRY = resolve(__dirname, '../../packages/client/src/index.ts')

/** The client as one module, or one script, for browsers. Fails for what a browser does not have, such as a module of Node. */
export async function bundleClient(format: 'esm' | 'iife'): Promise<string> {
  const { outputFiles } = await build({
    ...{ entryPoints: [ENTRY], bundle: true, write: false, minify: true },
    ...{ platform: 'browser', target: 'es2022', format },
    ...(format === 'iife' && { globalName: 'actrail' }),
  })
  return outputFiles[0]?.text ?? ''
}

/** A page of the application that has the client as `actrail`. */
export interface ClientPage {
  readonly page: Page
  close(): Promise<void>
}

/** Opens it in a browser of its own, through the server in between, so that page and API are of one origin. */
export async function openPage(executablePath: string, served: ServedLog, between: FaultServer): Promise<ClientPage> {
  const script = await bundleClient('iife')
  served.app.get('/client.js', (_req, res) => void res.type('js').send(script))
  served.app.get(
    '/',
    (_req, res) => void res.send('<!doctype html><title>log</title><script src="client.js"></script>'),
  )
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  const page = await browser.newPage()
  await page.goto(between.origin)
  return { page, close: () => browser.close() }
}
