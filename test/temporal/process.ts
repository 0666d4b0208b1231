/**
 * A process that audits one resource and notes each step it does, for tests that kill it.
 * Arguments: server address, repository id, file for the notes, step at which to hang or `-`.
 */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type { AuditStep } from '../../src/domain/audit.ts';
import { auditAll } from '../../src/temporal/auditor.ts';
import { METADATA, refOf, remediationOf, riskOf } from './steps.ts';

const [address = '', repository = '', notes = '', hangAt = '-'] = process.argv.slice(2);

async function reach(step: AuditStep): Promise<void> {
  appendFileSync(notes, `${step}\n`);
  if (step === hangAt) await new Promise(() => undefined);
}

const [outcome] = await auditAll([refOf('aws_s3_bucket.logs')], {
  target: { address, namespace: 'default', apiKey: null, tls: null },
  home: path.join(import.meta.dirname, '..', '..', 'dist'),
  steps: {
    fetchMetadata: async () => {
      await reach('fetchMetadata');
      return METADATA;
    },
    analyzeRisk: async (ref) => {
      await reach('analyzeRisk');
      return riskOf(ref.address);
    },
    generateFix: async (ref) => {
      await reach('generateFix');
      return remediationOf(ref.address);
    },
  },
  engine: 'engine',
  repository,
  maxParallel: 1,
  timeoutMilliseconds: 120_000,
  signal: new AbortController().signal,
  log: () => undefined,
  onStep: () => undefined,
});
appendFileSync(notes, `${JSON.stringify({ reused: outcome?.reused, failure: outcome?.failure, result: outcome?.result })}\n`);
