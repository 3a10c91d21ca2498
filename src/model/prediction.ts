import { z } from 'zod';
import type { Band, Category } from './issue.ts';
import type { ServiceId } from './service.ts';

export const labels = ['right', 'wrong-cause', 'not-an-issue'] as const;
/** What turned out to be true of a prediction. */
export type Label = (typeof labels)[number];
export type LabelledBy = 'person' | 'scenario' | 'verification';

/** What was said of an incident's cause, and how sure; kinds and numbers only, no text from outside. */
export interface Prediction {
  /** One per incident and suspected issue. */
  readonly id: string;
  /** ms */
  readonly at: number;
  readonly incident: string;
  readonly service: ServiceId;
  readonly category: Category;
  /** Kinds of evidence with their log-odds. */
  readonly items: readonly { readonly kind: string; readonly llr: number }[];
  /** Log-odds of `raw`. */
  readonly z: number;
  /** Probability by the table of weights, and after calibration; 0…1. */
  readonly raw: number;
  readonly calibrated: number;
  readonly band: Band;
  /** Version of the table of weights. */
  readonly table: number;
  readonly label?: Label;
  readonly labelledBy?: LabelledBy;
  readonly labelledAt?: number;
}

const share = z.number().min(0).max(1);
const prediction = z.object({
  id: z.string().max(2000),
  at: z.number(),
  incident: z.string().max(2000),
  service: z.string().max(2000),
  category: z.string().max(60),
  items: z.array(z.object({ kind: z.string().max(60), llr: z.number() })).max(200),
  z: z.number(),
  raw: share,
  calibrated: share,
  band: z.enum(['high', 'medium', 'low']),
  table: z.number().int(),
  label: z.enum(labels).optional(),
  labelledBy: z.enum(['person', 'scenario', 'verification']).optional(),
  labelledAt: z.number().optional(),
});

/** Reads a stored prediction; undefined where it is malformed. */
export function parsePrediction(stored: unknown): Prediction | undefined {
  const read = prediction.safeParse(stored);
  return read.success ? (read.data as Prediction) : undefined;
}
