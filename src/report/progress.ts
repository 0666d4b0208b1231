import type { AuditStep } from '../domain/audit.ts';

const WORDS = {
  fetchMetadata: 'reading',
  analyzeRisk: 'analysing',
  approval: 'waiting for a person',
  generateFix: 'proving a fix',
  done: 'done',
} as const satisfies Record<AuditStep, string>;

/** Columns that every terminal has; a longer line could not be overwritten. */
const WIDTH = 79;

export function progressLine({ done, total, address, step }: { done: number; total: number; address: string; step: AuditStep }): string {
  const line = `${done} of ${total} audited · ${WORDS[step]} ${address}`;
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}
