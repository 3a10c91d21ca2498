import { z } from 'zod';
import type { KnownIncident } from './incident.ts';

const text = z.string().max(2000);
const texts = z.array(text).max(5000);
const severity = z.enum(['info', 'warning', 'error', 'critical']);

const hypothesis = z.object({
  service: text,
  category: text,
  issue: text.optional(),
  share: z.number().min(0).max(1),
  confidence: z.number().min(0).max(1),
  band: z.enum(['high', 'medium', 'low']),
  because: texts,
  evidence: texts,
  whatWouldRefute: text,
});

const incident = z.object({
  id: text,
  opened: z.number(),
  issues: texts,
  severity,
  root: z.object({ service: text, issue: text, because: text }).optional(),
  symptoms: texts,
  state: z.enum(['open', 'acknowledged', 'recovering', 'resolved']),
  acknowledged: z.object({ at: z.number(), by: z.enum(['person', 'model']) }).optional(),
  clearSince: z.number().optional(),
  resolvedAt: z.number().optional(),
  reopened: z.number().int().min(0),
  continues: text.optional(),
  merged: texts,
  cleared: z.array(z.object({ issue: text, at: z.number() })).max(5000),
  hypotheses: z.array(hypothesis).max(3),
  ruledOut: texts,
  notChecked: texts,
  escalation: z.object({ to: z.enum(['fixable', 'deeper', 'ask']), because: text }).optional(),
});

/** Reads a stored incident; undefined where it is malformed. */
export function parseIncident(stored: unknown): KnownIncident | undefined {
  const read = incident.safeParse(stored);
  return read.success ? (read.data as KnownIncident) : undefined;
}
