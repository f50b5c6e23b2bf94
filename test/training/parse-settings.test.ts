import { Code } from '../../src/errors';
import {
  DEFAULT_SETTINGS,
  FINETUNE_SETTINGS,
  formatTrainingSettings,
  OFFLINE_SETTINGS,
  parseTrainingSettings,
} from '../../src/training';
import { expectError } from '../support/expect-error';

describe('parseTrainingSettings()', () => {
  it.each([
    ['on line', DEFAULT_SETTINGS],
    ['offline', OFFLINE_SETTINGS],
    ['fine-tuning', FINETUNE_SETTINGS],
  ])('should read what is written: %s', (_, settings) => {
    expect(parseTrainingSettings(formatTrainingSettings(settings))).toEqual(settings);
  });

  it.each<[string, (settings: Record<string, unknown>) => unknown, RegExp]>([
    ['an unknown field', (s) => Object.assign(s, { epochs: 3 }), /^settings: .*epochs/],
    [
      'an unknown field within',
      (s) => Object.assign(s.loss as object, { huber: 3 }),
      /^settings\.loss: .*huber/,
    ],
    ['a missing field', (s) => delete s.evenShare, /^settings\.evenShare: /],
    [
      'a number out of bounds',
      (s) => Object.assign(s.deviceTable as object, { dropout: 1.5 }),
      /^settings\.deviceTable\.dropout: /,
    ],
    ['labels that there are not', (s) => Object.assign(s, { label: 'sqrt' }), /^settings\.label: /],
  ])('should refuse %s', async (_, change, message) => {
    const settings = JSON.parse(formatTrainingSettings(DEFAULT_SETTINGS));
    change(settings);
    await expectError(
      () => parseTrainingSettings(JSON.stringify(settings)),
      Code.InvalidArgument,
      message,
    );
  });

  it('should refuse what is not JSON', () =>
    expectError(() => parseTrainingSettings('{'), Code.InvalidArgument, /^settings: not JSON/));
});
