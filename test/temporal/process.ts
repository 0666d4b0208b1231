/**
 * A process that audits one resource, notes what it does, and may be told to kill itself. Arguments: server address,
 * repository id, file for the notes; GATE_KILL_AT=n kills it at the n-th point. Points are where something is handed on:
 * the begin and the end of each step, and each payload that is written or read, which is what every wait of the workflow
 * and of its activities begins and ends with.
 */
import { appendFileSync } from 'node:fs';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { KEY, METADATA, refOf, remediationOf, riskOf } from './steps.ts';

const [address = '', repository = '', notes = ''] = process.argv.slice(2);
const killAt = Number(process.env['GATE_KILL_AT'] ?? 0);
let points = 0;

function note(kind: string, what: unknown): void {
  appendFileSync(notes, `${JSON.stringify({ at: Date.now(), kind, what })}\n`);
}

function point(what: string): void {
  points += 1;
  note('point', what);
  if (points === killAt) process.kill(process.pid, 'SIGKILL');
}

function pointAt(name: 'createCipheriv' | 'createDecipheriv', what: string): void {
  const call = Reflect.get(crypto, name) as (...given: readonly unknown[]) => unknown;
  Reflect.set(crypto, name, (...given: readonly unknown[]) => {
    point(what);
    return call(...given);
  });
}

pointAt('createCipheriv', 'a payload is written');
pointAt('createDecipheriv', 'a payload is read');
syncBuiltinESMExports();
const { auditAll } = await import('../../src/temporal/auditor.ts');

/** A step that leaves a mark, as one that acts on something outside would. */
async function step<T>(name: string, answer: T): Promise<T> {
  point(`${name} begins`);
  note('step', name);
  await new Promise((resolve) => setTimeout(resolve, 20));
  point(`${name} ends`);
  return answer;
}

note('begin', null);
const [outcome] = await auditAll([refOf('aws_s3_bucket.logs')], {
  target: { address, namespace: 'default', apiKey: null, tls: null, encryptionKey: KEY, shared: true },
  home: path.join(import.meta.dirname, '..', '..', 'dist'),
  steps: {
    fetchMetadata: () => step('fetchMetadata', METADATA),
    analyzeRisk: (ref) => step('analyzeRisk', riskOf(ref.address)),
    generateFix: (ref) => step('generateFix', remediationOf(ref.address)),
    verifyApproval: async () => null,
  },
  terms: { scanners: false, approval: null },
  approvals: null,
  engine: 'engine',
  repository,
  maxParallel: 1,
  timeoutMilliseconds: 120_000,
  signal: new AbortController().signal,
  log: () => undefined,
  onStep: () => undefined,
});
note('outcome', { failure: outcome?.failure, result: outcome?.result });
