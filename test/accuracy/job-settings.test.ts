import { join } from 'node:path';
import { loadAblationFile } from '../../src/accuracy/ablation-file';
import { QUICK_PARTS, settingsOf, withParts } from '../../src/accuracy/job-settings';
import { Code } from '../../src/errors';
import { FINETUNE_SETTINGS, OFFLINE_SETTINGS } from '../../src/training';
import { expectError } from '../support/expect-error';

describe('settingsOf()', () => {
  it('should be the defaults of its phase where nothing is said', () => {
    expect(settingsOf('train', {}, {})).toEqual(OFFLINE_SETTINGS);
    expect(settingsOf('finetune', {}, {})).toEqual(FINETUNE_SETTINGS);
  });

  it('should put the protocol over the file, field by field', () => {
    const file = { settings: { train: { passes: 3, model: { layers: 1 } }, finetune: {} } };
    const protocol = { settings: { train: { passes: 4 }, finetune: {} } };
    const settings = settingsOf('train', file, protocol);
    expect(settings.passes).toBe(4);
    expect(settings.model).toEqual({ ...OFFLINE_SETTINGS.model, layers: 1 });
    expect(settingsOf('finetune', file, protocol)).toEqual(FINETUNE_SETTINGS);
  });

  it('should refuse a setting that there is not', async () => {
    await expectError(
      () => withParts(OFFLINE_SETTINGS, { passess: 3 }),
      Code.InvalidArgument,
      /passess/,
    );
  });

  it('should take what makes a trial quick', () => {
    expect(withParts(FINETUNE_SETTINGS, QUICK_PARTS).mostSteps).toBe(20);
  });
});

describe('the variants of the ablation', () => {
  it('should all be settings that there are', async () => {
    const path = join(__dirname, '..', '..', 'benchmarks', 'ablation_variants.json');
    const { settings, variants } = await loadAblationFile(path);
    for (const variant of variants) {
      expect(() => withParts(OFFLINE_SETTINGS, settings, variant.settings)).not.toThrow();
    }
    expect(variants[0]).toMatchObject({ settings: {}, programs: {} });
  });
});
