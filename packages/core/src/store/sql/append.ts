/**
 * Batches into the inbox, in their order. For each of them two parameters: the number of its events, and the JSON array
 * as bytes. No `returning`: the writer's role need not be able to read.
 */
export function appendBatches(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => `($${2 * i + 1}, $${2 * i + 2}::json)`)
  return `insert into actrail.inbox (events, batch) values ${rows.join(', ')}`
}
