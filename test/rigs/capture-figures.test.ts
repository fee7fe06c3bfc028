import { captureFigures, type Measured } from '../../bench/capture/figures'

const round = (cpuUs: number, perSecond = 1_000, rssMb = 100): Measured => ({
  cpuUs,
  saturatedPerSecond: perSecond,
  pacedPerSecond: perSecond,
  rssBytes: rssMb * 2 ** 20,
})
const good = {
  bare: [round(100), round(300), round(200)],
  pino: [round(200), round(400), round(300)],
  save: [round(300), round(500), round(400)],
  actrail: [round(140), round(345), round(250)],
  'actrail-split': [round(130), round(330), round(230)],
}

it('compares what each mode adds to the bare application of the same round, by medians', () => {
  expect(captureFigures(good)).toMatchObject({
    pass: true,
    ofPino: 0.45,
    ofSave: 0.225,
    elsewhereOfPino: 0.3,
    throughput: 1,
    bareCpuUs: 200,
    rounds: 3,
  })
})

it.each([
  ['CPU of pino-http', { actrail: [round(155), round(360), round(255)] }],
  ['CPU of save()', { save: [round(200), round(400), round(300)], actrail: [round(140), round(340), round(240)] }],
  ['CPU with the sequencer elsewhere', { 'actrail-split': [round(140), round(340), round(240)] }],
  ['throughput', { actrail: good.actrail.map((one) => ({ ...one, pacedPerSecond: 910 })) }],
  ['memory', { actrail: good.actrail.map((one, index) => ({ ...one, rssBytes: (100 + index * 10) * 2 ** 20 })) }],
  ['a mode that was left out', { 'actrail-split': [] }],
])('does not pass for %s', (_what, worse) => {
  expect(captureFigures({ ...good, ...worse }).pass).toBe(false)
})
