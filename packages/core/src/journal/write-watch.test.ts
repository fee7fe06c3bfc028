import { createWriteWatch } from './write-watch'

describe('watching the writes', () => {
  function watched(slowOneIn: number): { warnings: string[]; slow: number } {
    const warnings: string[] = []
    let ms = 1
    let looked = 0
    const watch = createWriteWatch({ warn: (_, message) => warnings.push(message) }, () => ms)
    for (let write = 0; write < 16 * 1_000; write++) {
      const mark = watch.begin()
      if (mark !== 0) ms += ++looked % slowOneIn === 0 ? 6 : 1
      watch.end(mark)
    }
    return { warnings, slow: watch.slow() }
  }

  it('warns when more than one write in a hundred takes over 5 ms', () => {
    const { warnings, slow } = watched(50)
    expect(slow).toBe(20)
    expect(warnings).toHaveLength(1)
  })

  it('is content with fewer', () => {
    expect(watched(200)).toEqual({ warnings: [], slow: 5 })
  })
})
