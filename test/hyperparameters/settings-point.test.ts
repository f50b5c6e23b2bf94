import { Code } from '../../src/errors';
import { allows, type Parameter, pointOf, settingsAt } from '../../src/hyperparameters';
import { expectError } from '../support/expect-error';

const space: readonly Parameter[] = [
  { name: 'rate', kind: 'float', low: 1e-4, high: 1e-1, scale: 'logarithmic' },
  { name: 'loss.ranking', kind: 'choice', choices: ['soft', 'logistic'] },
  { name: 'model.layers', kind: 'integer', low: 1, high: 4, scale: 'linear' },
];
const settings = {
  rate: 0.01,
  loss: { ranking: 'soft', limit: 2 },
  model: { layers: 2, width: 64 },
};

describe('settingsAt()', () => {
  it('should put values where their names say, and leave the rest and the original', () => {
    const point = { rate: 0.5, 'loss.ranking': 'logistic', 'model.layers': 3 };
    expect(settingsAt(settings, space, point)).toEqual({
      rate: 0.5,
      loss: { ranking: 'logistic', limit: 2 },
      model: { layers: 3, width: 64 },
    });
    expect(settings.loss.ranking).toBe('soft');
  });

  it('should be undone by pointOf()', () => {
    const point = { rate: 0.5, 'loss.ranking': 'logistic', 'model.layers': 3 };
    expect(pointOf(settingsAt(settings, space, point) as object, space)).toEqual(point);
  });

  it.each([
    ['an unknown setting', 'loss.weight'],
    ['an unknown group', 'losses.ranking'],
    ['a group that is a number', 'rate.peak'],
  ])('should refuse %s', async (_name, name) => {
    const wrong: Parameter = { name, kind: 'choice', choices: [1] };
    const message = new RegExp(`^internal: no setting is ${name}$`);
    await expectError(() => pointOf(settings, [wrong]), Code.Internal, message);
    await expectError(() => settingsAt(settings, [wrong], { [name]: 1 }), Code.Internal, message);
  });

  it('should refuse a point that lacks a value', () =>
    expectError(
      () => settingsAt(settings, space, { rate: 1 }),
      Code.Internal,
      /no loss\.ranking$/,
    ));
});

describe('allows()', () => {
  const [rate, ranking, layers] = space as [Parameter, Parameter, Parameter];

  it.each<[Parameter, unknown, boolean]>([
    [rate, 1e-4, true],
    [rate, 0.1, true],
    [rate, 0.11, false],
    [rate, Number.NaN, false],
    [rate, '0.01', false],
    [layers, 4, true],
    [layers, 2.5, false],
    [ranking, 'soft', true],
    [ranking, 'hard', false],
  ])('should judge %j by %p: %p', (parameter, value, expected) => {
    expect(allows(parameter, value)).toBe(expected);
  });
});
