import { z } from 'zod';
import { checkNames } from '../act/investigation.ts';
import { issueShape } from './cliShapes.ts';

/** What `investigate --json` prints; the rules of cliShapes.ts hold. */
export const investigateShape = z.strictObject({
  at: z.number(),
  service: z.string(),
  health: z.enum(['healthy', 'degraded', 'critical', 'unknown']),
  /** One line for people. */
  verdict: z.string(),
  issues: z.array(issueShape),
  /** Keys of issues of other services that explain some of these. */
  roots: z.array(z.string()),
  ruledOut: z.array(z.string()),
  notSeen: z.array(z.string()),
  next: z.array(z.string()),
  checks: z.array(
    z.strictObject({
      check: z.enum(checkNames),
      status: z.enum(['ok', 'no-data', 'error', 'skipped']),
      why: z.string().optional(),
      interesting: z.boolean(),
      findings: z.array(z.strictObject({ text: z.string(), quotes: z.array(z.string()) })),
      ms: z.number(),
    }),
  ),
});

export type InvestigationJson = z.infer<typeof investigateShape>;
