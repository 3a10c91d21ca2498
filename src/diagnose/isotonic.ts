/** A stretch of x with one level; levels rise from step to step. */
export interface Step {
  /** Mean of the x that fell into it, and how many. */
  readonly x: number;
  readonly weight: number;
  readonly y: number;
}

/** The closest rising function to some points, by pooling adjacent violators (Barlow 1972); steps in order of x. */
export function isotonic(points: readonly (readonly [x: number, y: number])[]): Step[] {
  const steps: Step[] = [];
  for (const one of merged(points)) {
    steps.push(one);
    for (
      let [last, before] = lastTwo(steps);
      last !== undefined && before !== undefined && before.y >= last.y;
      [last, before] = lastTwo(steps)
    )
      steps.splice(-2, 2, pooled(before, last));
  }
  return steps;
}

const lastTwo = (steps: readonly Step[]): [Step | undefined, Step | undefined] => [steps.at(-1), steps.at(-2)];

function pooled(a: Step, b: Step): Step {
  const weight = a.weight + b.weight;
  return { weight, x: (a.x * a.weight + b.x * b.weight) / weight, y: (a.y * a.weight + b.y * b.weight) / weight };
}

/** Points of the same x are one. */
function merged(points: readonly (readonly [number, number])[]): Step[] {
  const sorted = points.map(([x, y]): Step => ({ x, y, weight: 1 })).toSorted((a, b) => a.x - b.x);
  return sorted.reduce<Step[]>((list, one) => {
    const last = list.at(-1);
    if (last?.x === one.x) list.splice(-1, 1, pooled(last, one));
    else list.push(one);
    return list;
  }, []);
}

/** The function's value: a straight line from step to step, level beyond the first and the last. `steps` may not be empty. */
export function risen(steps: readonly Step[], x: number): number {
  const next = steps.findIndex(step => step.x >= x);
  const [right, left] = [steps[next] ?? steps.at(-1), steps[next - 1]];
  if (right === undefined) return x;
  if (left === undefined || next < 0) return right.y;
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
}
