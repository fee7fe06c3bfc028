// Prints docs/reference/openapi.json. `npm run check -- openapi` compares the two, `--update` writes the file.

import { openApiDocument } from '../packages/core/src/http/openapi'
import { ROUTES } from '../packages/core/src/http/routes/table'

process.stdout.write(`${JSON.stringify(openApiDocument(ROUTES), null, 2)}\n`)
