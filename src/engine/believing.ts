import { devMode, exclusionOf } from '../decide/devMode.ts';
import { incidentsOf } from '../diagnose/incidentView.ts';
import { select } from '../diagnose/scope.ts';
import { openIssues, type TriageInput } from '../diagnose/triage.ts';
import type { Attention } from '../model/attention.ts';
import type { KnownIncident } from '../model/incident.ts';
import type { Issue } from '../model/issue.ts';
import type { Settings } from '../model/settings.ts';
import type { State } from './pipeline.ts';
import type { Beliefs } from './port.ts';

/** What beliefs are made of. */
export interface Grounds {
  readonly state: State;
  /** Of all services. */
  readonly incidents: readonly KnownIncident[];
  readonly attention: Attention;
  readonly settings: Settings;
  readonly folders: readonly string[];
  readonly now: number;
}

/** Issues of all services: what a window shows may not decide what belongs together. */
export const allIssues = ({ world, issues }: State, now: number): readonly Issue[] =>
  openIssues({ world, issues, selection: { shown: [...issues.keys()] }, now });

export function triageInput({ state, incidents, attention, settings, folders, now }: Grounds): TriageInput {
  return {
    world: state.world,
    selection: select(state.world, settings, folders),
    issues: state.issues,
    incidents,
    now,
    exclusion: id => exclusionOf(attention, id, now),
    devMode: devMode(attention, now),
  };
}

export function beliefsOf(grounds: Grounds): Beliefs {
  const input = triageInput(grounds);
  const { world, selection, now } = input;
  const issues = openIssues(input);
  const shown = new Set(selection.shown);
  return {
    at: now,
    world,
    shown: selection.shown,
    scope: selection.scope,
    issues,
    incidents: incidentsOf(grounds.incidents, issues, id => shown.has(id)),
    attention: grounds.attention,
  };
}
