import type { Hypothesis, KnownIncident } from '../model/incident.ts';
import type { TriageJson } from './cliShapes.ts';

type IncidentJson = TriageJson['incidents'][number];

const hypothesisJson = ({ because, evidence, issue, ...rest }: Hypothesis): IncidentJson['hypotheses'][number] => ({
  ...rest,
  issue: issue ?? null,
  because: [...because],
  evidence: [...evidence],
});

/** An incident as programs read it; docs/cli.md tells what each field means. */
export function incidentJson(incident: KnownIncident): IncidentJson {
  const { id, opened, issues, severity, root, symptoms, state, acknowledged, reopened, continues, merged, escalation } = incident;
  return {
    id,
    opened,
    issues: [...issues],
    severity,
    root: root === undefined ? null : { ...root },
    symptoms: [...symptoms],
    state,
    acknowledged: acknowledged === undefined ? null : { ...acknowledged },
    reopened,
    continues: continues ?? null,
    merged: [...merged],
    hypotheses: incident.hypotheses.map(hypothesisJson),
    ruledOut: [...incident.ruledOut],
    notChecked: [...incident.notChecked],
    escalation: escalation === undefined ? null : { ...escalation },
  };
}
