import { createHmac, randomBytes } from 'node:crypto';

/** A keyed hash: equal texts give equal seals, and nobody without the key can try which text it was. */
export type Seal = (text: string) => string;

const keyBytes = 32;

/** 64 hexadecimal digits. */
export const newSealKey = (): string => randomBytes(keyBytes).toString('hex');

/** Seals of 16 hexadecimal digits. */
export const sealWith =
  (key: string): Seal =>
  text =>
    createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
