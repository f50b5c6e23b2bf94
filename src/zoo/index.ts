export { type CdmppOptions, CdmppPredictor } from './cdmpp';
export {
  createDefaultRegistry,
  type DefaultRegistryOptions,
} from './default-registry';
export { type FeatureSource, loopNestSource, loweredSource } from './feature-source';
export { RooflinePredictor } from './roofline';
