import { type Clock, systemClock } from '../base';
import { type FeatureSource, loopNestSource, loweredSource } from '../features';
import { createPredictorRegistry, type PredictorRegistry } from '../predictor';
import { type BackendKind, openBackend } from '../tensor';
import { CdmppPredictor } from './cdmpp';
import { RooflinePredictor } from './roofline';

export interface DefaultRegistryOptions {
  /** Default: native; the JavaScript kernels are some hundred times slower. */
  readonly backend?: BackendKind;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** Every predictor of this release, by name. TensorFlow opens when one needs it. */
export function createDefaultRegistry({
  backend = 'native',
  clock = systemClock,
}: DefaultRegistryOptions = {}): PredictorRegistry {
  const cdmpp = (name: string, features: FeatureSource) => () =>
    new CdmppPredictor({ name, features, openTensors: () => openBackend(backend), clock });
  return createPredictorRegistry({
    roofline: () => new RooflinePredictor(),
    cdmpp: cdmpp('cdmpp', loopNestSource),
    'cdmpp-lowered': cdmpp('cdmpp-lowered', loweredSource),
  });
}
