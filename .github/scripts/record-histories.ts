/**
 * Records the histories that test/temporal/replay.test.ts replays, from real runs on a real server. Run it when the
 * workflow was changed on purpose; histories of released versions are kept under names of their own.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { auditAll, workflowIdOf } from '../../src/temporal/auditor.ts';
import type { AuditorOptions } from '../../src/temporal/auditor.ts';
import { startServer } from '../../src/temporal/server.ts';
import { METADATA, NO_RISK, refOf, remediationOf, riskOf } from '../../test/temporal/steps.ts';

const root = path.join(import.meta.dirname, '..', '..');
const server = await startServer({ environment: process.env, workspace: tmpdir(), log: () => undefined });
let failures = 0;
const options: AuditorOptions = {
  target: server,
  home: path.join(root, 'dist'),
  steps: {
    fetchMetadata: async () => METADATA,
    analyzeRisk: async ({ address }) => (address === 'aws_s3_bucket.pass' ? NO_RISK : riskOf(address)),
    generateFix: async ({ address }) => {
      if (address === 'aws_s3_bucket.retried' && failures++ === 0) throw new Error('once');
      return remediationOf(address);
    },
  },
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
  const history = await client.workflow.getHandle(workflowIdOf('1', ref)).fetchHistory();
  const name = ref.address.split('.')[1] ?? '';
  writeFileSync(
    path.join(root, 'fixtures', 'histories', `audit-${name}.json`),
    `${JSON.stringify(JSON.parse(historyToJSON(history), withoutTraces), null, 2)}\n`,
  );
}
await connection.close();
await server.stop();

/** Stack traces name folders of the machine, and no replay reads them. */
function withoutTraces(key: string, value: unknown): unknown {
  return key === 'stackTrace' ? '' : value;
}
