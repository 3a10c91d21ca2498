import { median } from './baseline.ts';

/** How a value went over its samples. */
export interface Trend {
  /** Units per ms: the median of the slopes between all pairs of samples (Theil–Sen), which a single spike does not bend. */
  readonly slope: number;
  /** Time between the first and the last sample, ms. */
  readonly length: number;
  /** It grows steadily for so long that it will not stop by itself. */
  readonly leak: boolean;
  /** At this slope, ms; absent where it does not grow or there is no limit. */
  readonly timeToLimitMs?: number;
}

const leastPoints = 4;
const mostPoints = 60;
const leakLength = 30 * 60_000;
const leakPoints = 10;
/** Growth over the whole time below this share of the value is a wobble. */
const wobble = 0.05;

type Point = readonly [at: number, value: number];

/** The trend of samples [ms, value] in order of time; undefined for fewer than four. Of many an even choice of 60 is read. */
export function trendOf(points: readonly Point[], limit?: number): Trend | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < leastPoints || last[0] <= first[0]) return undefined;
  const slope = median(slopes(evenly(points)));
  const length = last[0] - first[0];
  const grows = slope > 0 && slope * length >= wobble * Math.abs(median(points.map(([, value]) => value)));
  const left = limit === undefined ? undefined : limit - last[1];
  return {
    slope: grows || slope < 0 ? slope : 0,
    length,
    leak: grows && (length > leakLength ? risesMostly(points) : points.length >= leakPoints && rises(points)),
    ...(left === undefined || !grows || left < 0 ? {} : { timeToLimitMs: Math.round(left / slope) }),
  };
}

function evenly(points: readonly Point[]): readonly Point[] {
  if (points.length <= mostPoints) return points;
  const step = (points.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, i) => points[Math.round(i * step)]).filter(point => point !== undefined);
}

function slopes(points: readonly Point[]): number[] {
  return points.flatMap(([at, value], i) =>
    points.slice(i + 1).flatMap(([later, next]) => (later > at ? [(next - value) / (later - at)] : [])),
  );
}

const rises = (points: readonly Point[]): boolean => points.every(([, value], i) => i === 0 || value >= (points[i - 1]?.[1] ?? value));

/** Each third lies above the one before: what a garbage collector takes back each time is still a leak. */
function risesMostly(points: readonly Point[]): boolean {
  const third = Math.ceil(points.length / 3);
  const [low = 0, middle = 0, high = 0] = [0, 1, 2].map(i => median(points.slice(i * third, (i + 1) * third).map(([, value]) => value)));
  return low < middle && middle < high;
}

const units = { cpu: ['processors', 1], memory: ['MiB', 1_048_576], pids: ['processes', 1] } as const;

/** "grows steadily by 2.0 MiB a minute", "falls by 3.0 processes a minute", or "steady". */
export function trendWords({ slope, length, leak }: Trend, of: keyof typeof units): string {
  const [unit, size] = units[of];
  const aMinute = Math.abs(slope * 60_000) / size;
  const moved = (aMinute * length) / 60_000;
  if (aMinute < 0.05 && moved < 1) return 'steady';
  const rate = `${aMinute >= 0.05 ? aMinute.toFixed(1) : aMinute.toFixed(3)} ${unit} a minute`;
  if (slope < 0) return `falls by ${rate}`;
  return `grows ${leak ? 'steadily ' : ''}by ${rate}`;
}
