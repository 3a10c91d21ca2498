import { readFileSync } from 'node:fs';
import { readCases, type Tier } from '../../scripts/cases.ts';
import { rankCauses } from '../../src/diagnose/rootCause.ts';
import type { Result, Row } from './bench.ts';
import { benchData, noData } from './benchData.ts';

interface Fault {
  readonly system: string;
  readonly service: string;
  readonly type: string;
}

type Truth = Readonly<Record<string, Fault>>;

interface Placed {
  readonly fault: Fault;
  readonly rank: number;
}

const ranked = new Map<string, readonly Placed[]>();

/** Place of the service at fault, from 1, for each case of a folder; found once, for two systems share a folder. */
function ranksOf(folder: string, tier: Tier): readonly Placed[] {
  const key = `${folder} ${tier}`;
  const found = ranked.get(key) ?? rankAll(folder, tier);
  ranked.set(key, found);
  return found;
}

function rankAll(folder: string, tier: Tier): Placed[] {
  const place = benchData(folder);
  const truthFile = benchData(folder, 'groundtruth.json');
  if (place === undefined || truthFile === undefined) return [];
  const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as Truth;
  return readCases(place, tier).flatMap(({ id, recording }) => {
    const fault = truth[id];
    if (fault === undefined) return [];
    const at = rankCauses(recording).findIndex(cause => cause.service === fault.service);
    return [{ fault, rank: at < 0 ? Number.POSITIVE_INFINITY : at + 1 }];
  });
}

interface Group {
  readonly folder: string;
  readonly system: RegExp;
  readonly what: string;
  readonly tier: Tier;
  readonly least?: number;
}

const groups: readonly Group[] = [
  { folder: 'nezha', system: /^online-boutique$/, what: 'Online Boutique, all inputs', tier: 'all', least: 0.92 },
  { folder: 'nezha', system: /^online-boutique$/, what: 'Online Boutique, container metrics', tier: 'container' },
  { folder: 'nezha', system: /^train-ticket$/, what: 'Train Ticket, all inputs', tier: 'all', least: 0.9 },
  { folder: 'nezha', system: /^train-ticket$/, what: 'Train Ticket, container metrics and logs', tier: 'container', least: 0.8 },
  { folder: 'petshop', system: /^petshop/, what: 'PetShop, all inputs', tier: 'all', least: 0.95 },
];

const shareWithin = (ranks: readonly number[], most: number): number => ranks.filter(rank => rank <= most).length / ranks.length;

function rowsOf({ folder, system, what, tier, least }: Group): Row[] {
  const ranks = ranksOf(folder, tier)
    .filter(({ fault }) => system.test(fault.system))
    .map(({ rank }) => rank);
  if (ranks.length === 0) return [];
  return [
    {
      what: `${what}: root first of all (AC@1), ${ranks.length} cases`,
      value: shareWithin(ranks, 1),
      unit: '',
      digits: 3,
      ...(least !== undefined && { least }),
    },
    { what: `${what}: root among the first three (AC@3)`, value: shareWithin(ranks, 3), unit: '', digits: 3 },
    { what: `${what}: root among the first five (AC@5)`, value: shareWithin(ranks, 5), unit: '', digits: 3 },
  ];
}

export async function run(): Promise<Result> {
  const rows = groups.flatMap(rowsOf);
  return {
    title: 'Ranking root causes',
    rows,
    notes: [
      ...(rows.length === 0 ? [noData] : []),
      'Faults that others recorded in running systems; one setting for all, no names of services. Container metrics are what an engine always sees; the rest needs a proxy or a mesh. A network delay leaves no trace in the container metrics of the service at fault, so that tier cannot find them all. The cases were looked at while the ranking was made, so read the figures as optimistic.',
    ],
  };
}
