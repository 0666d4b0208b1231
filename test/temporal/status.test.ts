/** What can be seen of a run from outside: by whoever has its key, by whoever has not, with and without a worker. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuditRef } from '../../src/domain/audit-ref.ts';
import { auditAll } from '../../src/temporal/auditor.ts';
import type { AuditorOptions } from '../../src/temporal/auditor.ts';
import { taskQueueOf } from '../../src/temporal/names.ts';
import { statusOfAudit, statusOfRun } from '../../src/temporal/status.ts';
import type { AuditStatus } from '../../src/temporal/status.ts';
import { KEY, refOf, remediationOf, riskOf, steps } from './steps.ts';
import { clientOf, idOf, options, sharedServer } from './support.ts';

const REFS = ['logs', 'broken', 'slow'].map((name) => refOf(`aws_s3_bucket.${name}`));
const [LOGS = refOf(''), BROKEN = refOf(''), SLOW = refOf('')] = REFS;
const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);

function runOf(repository: string, refs: readonly AuditRef[]): string {
  return taskQueueOf({ repository, key: KEY }, 'engine', refs);
}

async function untilListed(run: string, count: number): Promise<void> {
  const client = await clientOf(sharedServer());
  while ((await client.workflow.count(`TaskQueue = '${run}'`)).count < count) await new Promise((resolve) => setTimeout(resolve, 50));
}

function short(statuses: readonly AuditStatus[]): unknown[] {
  return statuses
    .toSorted((a, b) => (a.workflowId < b.workflowId ? -1 : 1))
    .map(({ address, state, step, attempt }) => [address, state, step, attempt]);
}

/** One is done, one failed, and one is at its second attempt to prove a fix when `look` is called. */
async function whileRunning(repository: string, look: (run: string) => Promise<void>): Promise<void> {
  let attempts = 0;
  let seen: Promise<void> | undefined;
  const audited: AuditorOptions = options({
    repository,
    steps: steps({
      analyzeRisk: async ({ address }) => {
        if (address === BROKEN.address) throw new Error('the disk is gone');
        return riskOf(address);
      },
      generateFix: async ({ address }) => {
        if (address !== SLOW.address) return remediationOf(address);
        attempts += 1;
        if (attempts === 1) throw new Error('once');
        seen ??= untilListed(runOf(repository, REFS), 3)
          .then(() => new Promise((resolve) => setTimeout(resolve, 2500)))
          .then(() => look(runOf(repository, REFS)));
        await seen;
        return remediationOf(address);
      },
    }),
  });
  await auditAll(REFS, audited);
  expect(seen).toBeDefined();
  await seen;
}

describe('the status of a run', () => {
  it('tells each audit by address, state, step and attempt with the key, and by id without', async () => {
    const repository = randomUUID();
    let withKey: AuditStatus[] = [];
    let without: AuditStatus[] = [];

    await whileRunning(repository, async (run) => {
      withKey = await statusOfRun(run, options({}));
      without = await statusOfRun(run, options({ target: { ...sharedServer(), encryptionKey: null } }));
    });

    expect(short(withKey)).toHaveLength(3);
    expect(short(withKey)).toEqual(
      expect.arrayContaining([
        ['aws_s3_bucket.broken', 'failed', null, null],
        ['aws_s3_bucket.logs', 'done', 'done', null],
        ['aws_s3_bucket.slow', 'running', 'generateFix', 2],
      ]),
    );
    expect(without.map(({ workflowId }) => workflowId).toSorted()).toEqual(REFS.map((ref) => idOf(repository, ref)).toSorted());
    expect(without.map(({ address }) => address)).toEqual([null, null, null]);
    expect(withKey.map(({ started, ended }) => [started, ended === null])).toEqual(
      expect.arrayContaining([
        [ISO, true],
        [ISO, false],
      ]),
    );
  });

  it('needs no worker: one that waits for a person waits', async () => {
    const repository = randomUUID();
    await auditAll(
      [LOGS],
      options({ repository, terms: { scanners: false, approval: { severity: 'LOW', deadlineMilliseconds: 60_000 } } }),
    );
    const run = runOf(repository, [LOGS]);
    await untilListed(run, 1);

    expect(short(await statusOfRun(run, options({})))).toEqual([['aws_s3_bucket.logs', 'waiting', 'approval', null]]);
    const { steps: shown } = await statusOfAudit(idOf(repository, LOGS), options({}));
    expect(shown.map(({ step, state, attempt, ended }) => [step, state, attempt, ended === null])).toEqual([
      ['fetchMetadata', 'done', 1, false],
      ['analyzeRisk', 'done', 1, false],
      ['approval', 'running', null, true],
    ]);
  });

  it('is logged once by a run on a shared server, which its log and its task queue call the same', async () => {
    const said: string[] = [];
    const repository = randomUUID();

    await auditAll([LOGS], options({ repository, log: (line) => said.push(line) }));

    const run = runOf(repository, [LOGS]);
    expect(said).toEqual([`temporal: this run is ${run}; \`infra-audit status --run ${run}\` tells how far it is`]);
  });

  it('says what is wrong with a run or key that is not the right one', async () => {
    const repository = randomUUID();
    await auditAll([LOGS], options({ repository }));
    const run = runOf(repository, [LOGS]);
    await untilListed(run, 1);
    const other = { ...sharedServer(), encryptionKey: Buffer.alloc(32, 'another key') };

    await expect(statusOfRun(run, options({ target: other }))).rejects.toThrow(
      /^What audit-.* cannot be read: the payload was encrypted with another key/u,
    );
    await expect(statusOfRun(`audit-${'0'.repeat(32)}`, options({}))).rejects.toThrow('the server knows no audit of audit-0000');
    await expect(statusOfRun("x' OR TaskQueue != '", options({}))).rejects.toThrow(`"x' OR TaskQueue != '" is no run`);
  });
});

describe('the status of an audit', () => {
  it('tells its steps with their attempts', async () => {
    const repository = randomUUID();
    let attempts = 0;
    const generateFix = async ({ address }: AuditRef) => {
      attempts += 1;
      if (attempts < 3) throw new Error('not yet');
      return remediationOf(address);
    };
    await auditAll([LOGS], options({ repository, steps: steps({ generateFix }) }));

    const { audit, steps: shown } = await statusOfAudit(idOf(repository, LOGS), options({}));

    expect(audit).toMatchObject({ address: 'aws_s3_bucket.logs', state: 'done', step: 'done', started: ISO, ended: ISO });
    expect(shown.map(({ step, state, attempt }) => [step, state, attempt])).toEqual([
      ['fetchMetadata', 'done', 1],
      ['analyzeRisk', 'done', 1],
      ['generateFix', 'done', 3],
    ]);
    for (const { started, ended } of shown) expect(Date.parse(ended ?? '')).toBeGreaterThanOrEqual(Date.parse(started));
  });

  it('says when there is no such audit', async () => {
    await expect(statusOfAudit('audit-nowhere', options({}))).rejects.toThrow('the server knows no audit "audit-nowhere"');
  });
});
