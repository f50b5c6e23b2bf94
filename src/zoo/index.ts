export { type CdmppOptions, CdmppPredictor } from './cdmpp';
export {
  decodeArtifact,
  encodeArtifact,
  type SavedCdmpp,
  type TrainingSummary,
} from './cdmpp-card';
export {
  createDefaultRegistry,
  type DefaultRegistryOptions,
} from './default-registry';
export { RooflinePredictor } from './roofline';
