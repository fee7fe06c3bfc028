// Reads an OpenAPI document from standard input and prints what an independent validator says of it, as JSON:
//   node --import tsx scripts/validate-openapi.ts < docs/reference/openapi.json
// A program of its own, because the validator is an ES module and Jest on Node 20 cannot load one.

async function main(): Promise<void> {
  const { Validator } = await import('@seriousme/openapi-schema-validator')
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  const validator = new Validator()
  const verdict = await validator.validate(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>)
  process.stdout.write(JSON.stringify({ ...verdict, version: validator.version }))
}

void main()
