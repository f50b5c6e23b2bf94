export { type CdmppOptions, CdmppPredictor } from './cdmpp';
export {
  createDefaultRegistry,
  type DefaultRegistryOptions,
  loopNestSource,
} from './default-registry';
export type { FeatureSource } from './feature-source';
export { RooflinePredictor } from './roofline';
