export { type EmbeddedOptions, type EmbeddedStore, openEmbedded } from './open-embedded'
