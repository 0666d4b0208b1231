/** The commands that watch a run, as they are typed. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseStatus } from '../../src/config/status-command.ts';
import { parseWorker } from '../../src/config/worker-command.ts';
import { auditAll } from '../../src/temporal/auditor.ts';
import { taskQueueOf } from '../../src/temporal/names.ts';
import { KEY, refOf } from './steps.ts';
import { HOME, clientOf, idOf, options, sharedServer } from './support.ts';

const REF = refOf('aws_s3_bucket.logs');
const RUN = `audit-${'0'.repeat(32)}`;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function status(args: readonly string[], key = KEY.toString('base64'), address = sharedServer().address): Promise<Ended> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], TEMPORAL_ENCRYPTION_KEY: key };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(HOME, 'cli.js'), 'status', ...args, '--temporal-address', address],
      { env },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

async function audited(): Promise<{ run: string; id: string }> {
  const repository = randomUUID();
  await auditAll([REF], options({ repository }));
  const run = taskQueueOf({ repository, key: KEY }, 'engine', [REF]);
  const client = await clientOf(sharedServer());
  while ((await client.workflow.count(`TaskQueue = '${run}' AND ExecutionStatus = 'Completed'`)).count < 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return { run, id: idOf(repository, REF) };
}

describe('infra-audit status', () => {
  it('shows a run as a table, an audit with its steps, and both as JSON', async () => {
    const { run, id } = await audited();

    const table = await status(['--run', run]);
    const one = await status([id]);
    const json = await status(['--run', run, '--format', 'json']);

    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(
      /^state +step +attempt +started +took +audit\ndone +done +- +\S+Z +[0-9.]+ s +aws_s3_bucket\.logs +audit-\S+\n$/u,
    );
    expect(one.stdout).toMatch(
      /\nstep +state +attempt +started +took\nfetchMetadata +done +1 .*\nanalyzeRisk +done +1 .*\ngenerateFix +done +1 .*\n$/u,
    );
    expect(JSON.parse(json.stdout)).toMatchObject([{ workflowId: id, address: 'aws_s3_bucket.logs', state: 'done', step: 'done' }]);
  });

  it('ends with 2 and says why when there is no such audit, another key was used, or no server answers', async () => {
    const { run } = await audited();

    const unknown = await status(['audit-nowhere']);
    const otherKey = await status(['--run', run], Buffer.alloc(32, 'another').toString('base64'));

    expect(unknown).toMatchObject({
      code: 2,
      stderr: 'the server knows no audit "audit-nowhere": it was another server or namespace, or long ago\n',
    });
    expect(otherKey.code).toBe(2);
    expect(otherKey.stderr).toMatch(/^What audit-\S+ has left cannot be read: the payload was encrypted with another key/u);
    const nowhere = await status(['--run', RUN], undefined, '127.0.0.1:1');
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toMatch(/^No Temporal server answers at 127\.0\.0\.1:1 /u);
  });
});

describe('their grammar', () => {
  it('status needs a server, and either a run or an audit', () => {
    const needs = 'give either --run RUN or the id of one workflow; the log of an audit and its JSON report have both';
    const missing = '--temporal-address: is missing: name the server that the run is on';

    expect(() => parseStatus([], {}, '/work', '1')).toThrow(`${missing}\ncommand line: ${needs}`);
    expect(() => parseStatus(['audit-1', '--run', RUN, '--temporal-address', '127.0.0.1:7233'], {}, '/work', '1')).toThrow(needs);
    expect(parseStatus(['--run', RUN, '--temporal-address', '127.0.0.1:7233', '--format', 'json'], {}, '/work', '1')).toMatchObject({
      kind: 'status',
      run: RUN,
      workflowId: null,
      format: 'json',
      temporal: { address: '127.0.0.1:7233', encryptionKey: null },
    });
  });

  it('worker reads what audit reads, and ends after a minute without work', () => {
    const secrets = { TEMPORAL_ENCRYPTION_KEY: KEY.toString('hex') };
    const parsed = parseWorker(
      ['infra', '--tf-vars', 'a.tfvars', '--tf-vars', 'b.tfvars', '--temporal-address', '127.0.0.1:7233'],
      secrets,
      '/work',
      '1',
    );

    expect(parsed).toMatchObject({
      kind: 'worker',
      run: null,
      idleMilliseconds: 60_000,
      settings: { paths: ['infra'], variableFiles: ['a.tfvars', 'b.tfvars'] },
      temporal: { encryptionKey: KEY },
    });
    expect(() => parseWorker(['--idle-seconds', '0', '--temporal-address', '127.0.0.1:7233'], secrets, '/work', '1')).toThrow(
      '--idle-seconds: "0" is not a whole number from 1 to 86400',
    );
  });
});
