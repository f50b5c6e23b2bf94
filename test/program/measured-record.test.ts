import { measurementKey } from '../../src/program';

describe('measurementKey()', () => {
  it('should be the same whatever blanks stand around the line', () => {
    const key = measurementKey('task', '{"i": [1]}');
    for (const line of ['{"i": [1]} ', '{"i": [1]}\t\r', '\n {"i": [1]}']) {
      expect(measurementKey('task', line)).toBe(key);
    }
  });

  it('should tell tasks apart, and lines with other blanks within them', () => {
    const keys = [
      measurementKey('task', '{"i": [1]}'),
      measurementKey('other', '{"i": [1]}'),
      measurementKey('task', '{"i":[1]}'),
    ];
    expect(new Set(keys).size).toBe(3);
  });
});
