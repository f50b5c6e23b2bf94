import { allows, pointOf, SEARCH_SPACE, settingsAt } from '../../src/hyperparameters';
import { validateConfig } from '../../src/model';
import { OFFLINE_SETTINGS, parseTrainingSettings } from '../../src/training';

/** The space with every parameter at its least, or at its most. */
function corner(side: 'least' | 'most') {
  return Object.fromEntries(
    SEARCH_SPACE.map((parameter) => {
      if (parameter.kind !== 'choice') {
        return [parameter.name, side === 'least' ? parameter.low : parameter.high];
      }
      return [parameter.name, parameter.choices.at(side === 'least' ? 0 : -1) ?? ''];
    }),
  );
}

describe('SEARCH_SPACE', () => {
  it('should hold the settings that the search begins from', () => {
    const point = pointOf(OFFLINE_SETTINGS, SEARCH_SPACE);
    for (const parameter of SEARCH_SPACE) {
      expect({ [parameter.name]: allows(parameter, point[parameter.name]) }).toEqual({
        [parameter.name]: true,
      });
    }
  });

  it.each(['least', 'most'] as const)('should be settings where all of it is %s', (side) => {
    const point = corner(side);
    const settings = parseTrainingSettings(
      JSON.stringify(settingsAt(OFFLINE_SETTINGS, SEARCH_SPACE, point)),
    );
    expect(pointOf(settings, SEARCH_SPACE)).toEqual(point);
  });

  it('should be a network for every width and number of heads', () => {
    const choicesOf = (name: string) => {
      const found = SEARCH_SPACE.find((parameter) => parameter.name === name);
      return found?.kind === 'choice' ? found.choices.map(Number) : [];
    };
    const { model } = OFFLINE_SETTINGS;
    const rest = { leafWidth: 9, deviceWidth: 4, deviceNames: [] };
    const built = choicesOf('model.width').flatMap((width) =>
      choicesOf('model.heads').map((heads) => validateConfig({ ...model, ...rest, width, heads })),
    );
    expect(built.length).toBeGreaterThan(5);
  });
});
