/** What a hyper-parameter search may draw for one setting; bounds are included. */
export type Parameter =
  | {
      /** Where it stands in the settings: `loss.rankingWeight`. */
      readonly name: string;
      readonly kind: 'float' | 'integer';
      readonly low: number;
      readonly high: number;
      readonly scale: 'linear' | 'logarithmic';
    }
  | {
      readonly name: string;
      readonly kind: 'choice';
      readonly choices: readonly ParameterValue[];
    };

export type ParameterValue = number | string | boolean;

/** One value for every parameter of a space, by name. */
export type Point = Readonly<Record<string, ParameterValue>>;

/** Whether the search could have drawn this value. */
export function allows(parameter: Parameter, value: unknown): value is ParameterValue {
  if (parameter.kind === 'choice') return parameter.choices.includes(value as ParameterValue);
  const { kind, low, high } = parameter;
  if (typeof value !== 'number' || !(value >= low && value <= high)) return false;
  return kind === 'float' || Number.isInteger(value);
}
