import type { Threshold } from '../domain/gate.ts';
import { SEVERITIES } from '../domain/severity.ts';

/** As settings write it. */
export const THRESHOLDS = ['critical', 'high', 'medium', 'low', 'none'] as const;

export function toThreshold(word: (typeof THRESHOLDS)[number]): Threshold {
  return SEVERITIES.find((severity) => severity.toLowerCase() === word) ?? 'none';
}
