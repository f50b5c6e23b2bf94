export { type CdmppOptions, CdmppPredictor } from './cdmpp';
export {
  createDefaultRegistry,
  type DefaultRegistryOptions,
} from './default-registry';
export { RooflinePredictor } from './roofline';
