/**
 * Printed leaves → stages. TVM lets two operations have one name and prints only
 * that; tasks number the later ones (`T_add`, `T_add#1`). Which is which follows
 * from the order in which TVM prints: root stages in turn, and after each loop
 * of a stage whatever is attached there.
 */
import { currentIterator, type Iterator } from './iterator';
import type { Schedule, ScheduledStage } from './schedule';

/** The name that TVM prints: `T_add#1.local` is printed as `T_add.local`. */
export function printedName(stageName: string): string {
  return stageName.replace(/#\d+/g, '');
}

/** By printed name, the stages that print a leaf, in the order of their leaves. */
export function leafStages(schedule: Schedule): ReadonlyMap<string, readonly ScheduledStage[]> {
  const attached = new Map<Iterator, ScheduledStage[]>();
  const computed = schedule.stages.filter(
    (stage) => stage.kind !== 'placeholder' && stage.location.kind !== 'inlined',
  );
  for (const stage of computed) {
    if (stage.location.kind !== 'at') continue;
    const iterator = currentIterator(stage.location.iterator);
    const here = attached.get(iterator);
    if (here === undefined) attached.set(iterator, [stage]);
    else here.push(stage);
  }
  const byName = new Map<string, ScheduledStage[]>();
  const print = (stage: ScheduledStage): void => {
    for (const iterator of stage.iterators) {
      const children = attached.get(iterator) ?? [];
      for (const child of children.sort((a, b) => attachOrder(a) - attachOrder(b))) print(child);
    }
    const name = printedName(stage.name);
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [stage]);
    else same.push(stage);
  };
  for (const stage of computed) if (stage.location.kind === 'root') print(stage);
  return byName;
}

function attachOrder({ location }: ScheduledStage): number {
  return location.kind === 'at' ? location.step : 0;
}
