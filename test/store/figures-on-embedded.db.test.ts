import { createFigureReader } from '../../packages/core/src/store/read/figures'
import { figuresLaw } from '../log/figures-law'
import { generatedActivity } from '../log/generated-activity'
import { rollUpAll, sequenceEvents } from '../log/sequence-events'
import { createEmbeddedOpener } from './open-on-embedded'

const opener = createEmbeddedOpener()
afterAll(() => opener.close(), 60_000)

it('counts in the embedded store what plain SQL counts, by clocks of any zone', async () => {
  const { store, close } = await opener.open()
  await sequenceEvents(store, generatedActivity(1_000, 3))
  await rollUpAll(store)
  await figuresLaw(store.database, createFigureReader(store.database), 12)
  await close()
}, 120_000)
