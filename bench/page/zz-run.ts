import { run } from '../page'
run({
  events: Number(process.argv[2]),
  shards: Number(process.argv[3]),
  rounds: Number(process.argv[4]),
  seed: 1,
}).then(
  (f) => console.log(JSON.stringify(f)),
  (e) => {
    console.error(e)
    process.exit(1)
  },
)
