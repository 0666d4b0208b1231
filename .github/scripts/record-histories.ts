/**
 * Records the histories that test/temporal/replay.test.ts replays, from real runs on a real server. Run it when the
 * workflow was changed on purpose; histories of released versions are kept under names of their own.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { auditAll } from '../../src/temporal/auditor.ts';
import type { AuditorOptions } from '../../src/temporal/auditor.ts';
import { workflowIdOf } from '../../src/temporal/names.ts';
import { startServer } from '../../src/temporal/server.ts';
import { KEY, METADATA, NO_RISK, refOf, remediationOf, riskOf } from '../../test/temporal/steps.ts';

const root = path.join(import.meta.dirname, '..', '..');
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
    verifyApproval: async () => null,
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
const refs = ['pass', 'fail', 'retried'].map((name) => refOf(`aws_s3_bucket.${name}`));
await auditAll(refs, options);
const connection = await Connection.connect({ address: server.address });
const client = new Client({ connection });
for (const ref of refs) {
  const workflowId = workflowIdOf({ repository: '1', key: KEY }, ref);
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  const name = ref.address.split('.')[1] ?? '';
  writeFileSync(
    path.join(root, 'fixtures', 'histories', `audit-${name}.json`),
    `${JSON.stringify({ workflowId, ...JSON.parse(historyToJSON(history)) }, null, 2)}\n`,
  );
}
await connection.close();
await server.stop();

/** A trace would name folders of this machine. */
function withoutTrace(error: Error): Error {
  error.stack = '';
  return error;
}
