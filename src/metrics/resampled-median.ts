/**
 * The median of values that belong to tasks, for samples of tasks: sorted once, then one walk a
 * sample instead of one sort.
 */
export class ResampledMedian {
  /** [N] ascending. */
  readonly #values: Float64Array;
  /** [N] the task of each. */
  readonly #tasks: Uint32Array;
  /** [tasks] how many values each has. */
  readonly #counts: Uint32Array;
  /** [tasks] how often each is in the sample. */
  readonly #times: Uint32Array;

  /** @param valuesOfTasks the values of each task */
  constructor(valuesOfTasks: readonly Float64Array[]) {
    const pairs = valuesOfTasks.flatMap((values, task) =>
      Array.from(values, (value) => ({ value, task })),
    );
    pairs.sort((a, b) => a.value - b.value);
    this.#values = Float64Array.from(pairs, ({ value }) => value);
    this.#tasks = Uint32Array.from(pairs, ({ task }) => task);
    this.#counts = Uint32Array.from(valuesOfTasks, (values) => values.length);
    this.#times = new Uint32Array(valuesOfTasks.length);
  }

  /**
   * Of all values of the tasks in the sample, a task that is in it twice counted twice; of an even
   * number the mean of the two in the middle. NaN of none.
   *
   * @param sample numbers of tasks
   */
  of(sample: readonly number[]): number {
    this.#times.fill(0);
    let total = 0;
    for (const task of sample) {
      this.#times[task] = (this.#times[task] as number) + 1;
      total += this.#counts[task] as number;
    }
    if (total === 0) return Number.NaN;
    // Places in the middle, counted from 1; one and the same of an odd number.
    const lower = this.#at(Math.ceil(total / 2), 0, 0);
    const upper = this.#at(Math.floor(total / 2) + 1, lower.index, lower.before);
    return (lower.value + upper.value) / 2;
  }

  /** The value at a place of the expanded list, from `index` on, `before` places into it. */
  #at(place: number, index: number, before: number) {
    let passed = before;
    let i = index;
    while (passed + this.#timesAt(i) < place) {
      passed += this.#timesAt(i);
      i++;
    }
    return { value: this.#values[i] as number, index: i, before: passed };
  }

  #timesAt(index: number): number {
    return this.#times[this.#tasks[index] as number] as number;
  }
}
