/**
 * Records the histories that test/temporal/replay.test.ts replays, from real runs on a real server, under names that do
 * not exist yet: histories of released versions stay as they are. Argument: the first part of the names, such as `terms`.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { auditAll } from '../../src/temporal/auditor.ts';
import type { AuditorOptions } from '../../src/temporal/auditor.ts';
import { workflowIdOf } from '../../src/temporal/names.ts';
import { startServer } from '../../src/temporal/server.ts';
import { KEY, METADATA, NO_RISK, refOf, remediationOf, riskOf } from '../../test/temporal/steps.ts';

const root = path.join(import.meta.dirname, '..', '..');
const [prefix] = process.argv.slice(2);
if (prefix === undefined) throw new Error('give the first part of the names of the new histories');
const server = await startServer({ environment: process.env, workspace: tmpdir(), log: () => undefined });
let failures = 0;
const options: AuditorOptions = {
  target: { ...server, encryptionKey: KEY, shared: true },
  home: path.join(root, 'dist'),
  steps: {
    fetchMetadata: async () => METADATA,
    analyzeRisk: async ({ address }) => (address === 'aws_s3_bucket.pass' ? NO_RISK : riskOf(address)),
    generateFix: async ({ address }) => {
      if (address === 'aws_s3_bucket.retried' && failures++ === 0) throw withoutTrace(new Error('once'));
      return remediationOf(address);
    },
    verifyApproval: async (id) => {
      if (id !== 'approve' && id !== 'reject') return null;
      return { id, decision: id, by: 'somebody', reason: null, until: '2100-01-01T00:00:00.000Z', place: 'somewhere' };
    },
  },
  terms: { scanners: false, approval: null },
  approvals: null,
  engine: 'engine',
  repository: '1',
  maxParallel: 1,
  timeoutMilliseconds: 60_000,
  signal: new AbortController().signal,
  log: () => undefined,
  onStep: () => undefined,
};
const refs = (...names: readonly string[]) => names.map((name) => refOf(`aws_s3_bucket.${name}`));
const approval = { severity: 'LOW', deadlineMilliseconds: 3_600_000 } as const;
await auditAll(refs('pass', 'fail', 'retried'), options);
await auditAll(refs('scanned'), { ...options, terms: { scanners: true, approval: null } });
await auditAll(refs('waiting'), { ...options, terms: { scanners: false, approval } });
for (const [name, hints] of [
  ['approved', ['forged', 'approve']],
  ['rejected', ['reject']],
] as const) {
  const approvals = { candidates: () => hints, verify: async () => ({ refusal: 'asked of the steps' }) };
  await auditAll(refs(name), { ...options, terms: { scanners: true, approval }, approvals });
}
const short = { ...options, terms: { scanners: false, approval: { ...approval, deadlineMilliseconds: 2000 } } };
await auditAll(refs('expired'), short);
await sleep(2000);
await auditAll(refs('expired'), short);

const connection = await Connection.connect({ address: server.address });
const client = new Client({ connection });
for (const ref of refs('pass', 'fail', 'retried', 'scanned', 'waiting', 'approved', 'rejected', 'expired')) {
  const workflowId = workflowIdOf({ repository: '1', key: KEY }, ref);
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  const name = ref.address.split('.')[1] ?? '';
  writeFileSync(
    path.join(root, 'fixtures', 'histories', `${prefix}-${name}.json`),
    `${JSON.stringify({ workflowId, ...JSON.parse(historyToJSON(history)) }, null, 2)}\n`,
    { flag: 'wx' },
  );
}
await connection.close();
await server.stop();

/** A trace would name folders of this machine. */
function withoutTrace(error: Error): Error {
  error.stack = '';
  return error;
}
