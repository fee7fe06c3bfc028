import { storeContract } from '../../packages/testkit/src/store/index'
import { createEmbeddedOpener } from './open-on-embedded'

const opener = createEmbeddedOpener()
afterAll(() => opener.close(), 60_000)

storeContract({ name: 'the embedded database', open: (options) => opener.open(options) })
