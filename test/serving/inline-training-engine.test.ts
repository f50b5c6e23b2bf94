import { InlineTrainingEngine } from '../../src/serving/inline-training-engine';
import { trainingEngineContract } from '../contracts/training-engine.contract';
import { inlineFakes } from '../support/fake-models';

describe('InlineTrainingEngine', () => {
  trainingEngineContract(() => new InlineTrainingEngine(inlineFakes().registry));
});
