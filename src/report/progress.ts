import type { AuditStep } from '../domain/audit.ts';
import { shorten } from './encode/visible.ts';

const WORDS = { fetchMetadata: 'reading', analyzeRisk: 'analysing', generateFix: 'proving a fix', done: 'done' } as const satisfies Record<
  AuditStep,
  string
>;

/** Fits a terminal of 80 columns, so that it can be overwritten. */
export function progressLine({ done, total, address, step }: { done: number; total: number; address: string; step: AuditStep }): string {
  return shorten(`${done} of ${total} audited · ${WORDS[step]} ${address}`, 78);
}
