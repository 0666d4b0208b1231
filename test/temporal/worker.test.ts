/** Several processes on one run: what they share, what a killed one leaves, and what one over other sources may do. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { digest } from '../../src/domain/fingerprint.ts';
import { StepFailure } from '../../src/domain/steps.ts';
import { auditAll } from '../../src/temporal/auditor.ts';
import { takePart } from '../../src/temporal/participant.ts';
import { taskQueueOf } from '../../src/temporal/names.ts';
import { KEY, refOf, remediationOf, steps } from './steps.ts';
import { HOME, clientOf, options, sharedServer } from './support.ts';

const COUNT = 60;

function repository(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'worker-'));
  const disk = (index: number): string =>
    `resource "aws_ebs_volume" "disk_${index}" {\n  availability_zone = "eu-central-1a"\n  encrypted         = false\n}\n`;
  writeFileSync(path.join(root, 'main.tf'), Array.from({ length: COUNT }, (_, index) => disk(index)).join('\n'));
  return root;
}

interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<number | null>;
}

function command(args: readonly string[], key: string | undefined = KEY.toString('base64')): Running {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...(key === undefined ? {} : { TEMPORAL_ENCRYPTION_KEY: key }) };
  const child = spawn(process.execPath, [path.join(HOME, 'cli.js'), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => err.push(String(chunk)));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, stdout: () => out.join(''), stderr: () => err.join(''), ended };
}

function onServer(...args: readonly string[]): Running {
  return command([...args, '--temporal-address', sharedServer().address]);
}

/** What the histories say: each activity that was recorded as done, by its workflow. */
async function recordedSteps(root: string): Promise<Map<string, string[]>> {
  const client = await clientOf(sharedServer());
  const found = new Map<string, string[]>();
  const query = `WorkflowId STARTS_WITH 'audit-${digest([root]).slice(0, 16)}-'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    const done = (events ?? []).flatMap(({ markerRecordedEventAttributes: marker, activityTaskCompletedEventAttributes: fix }) => {
      const data = marker?.details?.['data']?.payloads?.[0]?.data;
      if (data) return (JSON.parse(Buffer.from(data).toString()) as { activity_type: string }).activity_type;
      return fix ? 'generateFix' : [];
    });
    found.set(workflowId, done);
  }
  return found;
}

describe('infra-audit worker', () => {
  it('takes part in an audit over the same files; when it is killed amid, nothing is lost and nothing done twice', async () => {
    const root = repository();
    const [first, second] = [onServer('worker', root, '--idle-seconds', '30'), onServer('worker', root, '--idle-seconds', '5')];
    await expect.poll(() => first.stderr() + second.stderr(), { timeout: 30_000 }).toMatch(/takes part[^]*takes part/u);
    const audit = onServer(root, '--format', 'json', '--max-parallel', '10');
    const client = await clientOf(sharedServer());
    const query = `WorkflowId STARTS_WITH 'audit-${digest([root]).slice(0, 16)}-' AND ExecutionStatus = 'Completed'`;
    await expect.poll(async () => (await client.workflow.count(query)).count, { timeout: 30_000 }).toBeGreaterThan(5);
    first.child.kill('SIGKILL');

    expect(await audit.ended, audit.stderr()).toBe(0);
    const report = JSON.parse(audit.stdout()) as { resources: { address: string; outcome: string }[]; verdict: unknown };
    expect(report.resources.map(({ address, outcome }) => [address, outcome])).toEqual(
      Array.from({ length: COUNT }, (_, index) => [`aws_ebs_volume.disk_${index}`, 'fail']),
    );
    const recorded = await recordedSteps(root);
    expect(recorded.size).toBe(COUNT);
    expect([...new Set([...recorded.values()].map((done) => done.join(' ')))]).toEqual(['fetchMetadata analyzeRisk generateFix']);
    expect(await second.ended, second.stderr()).toBe(0);
  });

  it('ends at once when it is interrupted', async () => {
    const worker = onServer('worker', repository());
    await expect.poll(worker.stderr, { timeout: 30_000 }).toContain('takes part in audit-');
    worker.child.kill('SIGINT');

    expect(await worker.ended).toBe(0);
  });

  it('does not start without a server and a key, and says both', async () => {
    const worker = command(['worker', repository()], undefined);

    expect(await worker.ended).toBe(2);
    expect(worker.stderr()).toBe(
      '--temporal-address: is missing: name the server that the audit runs on\nTEMPORAL_ENCRYPTION_KEY: is missing: a worker needs the same key as the audit that it takes part in\n',
    );
  });
});

describe('a process over other sources', () => {
  const refs = Array.from({ length: 6 }, (_, index) => refOf(`aws_s3_bucket.b${index}`));
  const mismatch = async (): Promise<never> => {
    throw new StepFailure('DigestMismatch', 'it differs in this checkout from what the audit was started for');
  };
  const other = steps({ fetchMetadata: mismatch, analyzeRisk: mismatch, generateFix: mismatch });

  it('refuses every task, so that each audit is right or undecided and never wrong', async () => {
    const stop = new AbortController();
    const audited = options({});
    const taskQueue = taskQueueOf({ repository: audited.repository, key: KEY }, 'engine', refs);
    const joined = takePart({ ...audited, steps: other, signal: stop.signal, run: taskQueue, refs, idleMilliseconds: 60_000 });

    const outcomes = await auditAll(refs, audited);
    stop.abort();
    await joined;

    for (const { result, failure } of outcomes) {
      if (result === null) expect(failure).toBe('it differs in this checkout from what the audit was started for');
      else expect(result).toMatchObject({ violationFound: true, findings: [{ remediationPlan: { steps: ['set it'] } }] });
    }
  });

  it('does not take part in a run whose audits it sees to be of something else', async () => {
    let join: Promise<void> | undefined;
    const audited = options({
      steps: steps({
        generateFix: async ({ address }) => {
          const taskQueue = taskQueueOf({ repository: audited.repository, key: KEY }, 'engine', refs.slice(0, 1));
          const client = await clientOf(sharedServer());
          while ((await client.workflow.count(`TaskQueue = '${taskQueue}'`)).count < 1)
            await new Promise((resolve) => setTimeout(resolve, 50));
          join ??= takePart({ ...audited, steps: other, run: taskQueue, refs: [refOf('aws_s3_bucket.b0', 'f')], idleMilliseconds: 1000 });
          await join.catch(() => undefined);
          return remediationOf(address);
        },
      }),
    });

    const [outcome] = await auditAll(refs.slice(0, 1), audited);

    await expect(join).rejects.toThrow(/audits something else than what is here/u);
    expect(outcome?.failure).toBeNull();
  });
});
