import type { Investigation } from '../act/investigation.ts';
import { investigationVerdict, nextStepsOf } from '../act/investigationText.ts';
import { standings } from '../act/symptoms.ts';
import { redact } from '../base/redact.ts';
import { issueJson } from './asJson.ts';
import type { InvestigationJson } from './cliInvestigateShape.ts';

/** An investigation as programs read it; docs/cli.md tells what each field means. */
export function investigationJson(found: Investigation): InvestigationJson {
  const { view, world, issues, incidents, now } = found;
  const symptoms = standings(incidents, world);
  const own = new Set(issues.map(({ key }) => key));
  const roots = issues.flatMap(({ key }) => symptoms.get(key)?.root ?? []);
  return {
    at: now,
    service: view.service.id,
    health: found.health,
    verdict: investigationVerdict(found),
    issues: issues.map(issue => issueJson(issue, world, now, found.incidents)),
    roots: [...new Set(roots)].filter(key => !own.has(key)),
    ruledOut: [...found.ruledOut],
    notSeen: [...found.notSeen],
    next: nextStepsOf(found),
    checks: found.checks.map(({ check, status, why, interesting, findings, ms }) => ({
      check,
      status,
      ...(why === undefined ? {} : { why }),
      interesting,
      findings: findings.map(({ text, quotes = [] }) => ({ text, quotes: quotes.map(redact) })),
      ms,
    })),
  };
}
