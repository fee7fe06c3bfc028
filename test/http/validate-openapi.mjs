// Reads an OpenAPI document from standard input and prints what an independent validator says of it as JSON.
// A program of its own, because the validator is an ES module and Jest on Node 20 cannot load one.

import { Validator } from '@seriousme/openapi-schema-validator'

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const validator = new Validator()
const verdict = await validator.validate(JSON.parse(Buffer.concat(chunks).toString()))
process.stdout.write(JSON.stringify({ ...verdict, version: validator.version }))
