/** A second run over the same server: what was done is taken, what changed is done, and never the other way round. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuditRef } from '../../src/domain/audit-ref.ts';
import type { AuditStep } from '../../src/domain/audit.ts';
import { auditAll } from '../../src/temporal/auditor.ts';
import type { AuditorOptions } from '../../src/temporal/auditor.ts';
import type { AuditOutcome } from '../../src/temporal/audits.ts';
import { finding, refOf, remediationOf, riskOf, steps } from './steps.ts';
import { clientOf, options, sharedServer } from './support.ts';

interface Ran {
  readonly outcomes: readonly AuditOutcome[];
  /** What ran in this process: `aws_s3_bucket.a analyzeRisk`. */
  readonly steps: readonly string[];
  readonly said: readonly string[];
}

async function run(refs: readonly AuditRef[], over: Partial<AuditorOptions>): Promise<Ran> {
  const [ran, said]: [string[], string[]] = [[], []];
  const onStep = ({ address }: AuditRef, step: AuditStep): void => void (step === 'done' || ran.push(`${address} ${step}`));
  const outcomes = await auditAll(refs, options({ ...over, onStep, log: (line) => said.push(line) }));
  return { outcomes, steps: ran, said };
}

function resultsOf({ outcomes }: Ran): unknown {
  return outcomes.map(({ ref, result, failure }) => [ref.address, result, failure]);
}

/** The list of workflows follows what happens with a short delay. */
async function untilListed(repository: string, count: number): Promise<void> {
  const client = await clientOf(sharedServer());
  const query = `WorkflowId STARTS_WITH 'audit-${repository}-' AND ExecutionStatus = 'Completed'`;
  while ((await client.workflow.count(query)).count < count) await new Promise((resolve) => setTimeout(resolve, 50));
}

const REFS = ['a', 'b', 'c', 'd'].map((name) => refOf(`aws_s3_bucket.${name}`, name));

describe('a run after one that is done', () => {
  it('starts nothing when nothing changed, and has the same results', async () => {
    const repository = randomUUID();
    const first = await run(REFS, { repository });
    await untilListed(repository, 4);

    const second = await run(REFS, { repository });

    expect(second.steps).toEqual([]);
    expect(second.outcomes.map(({ reused }) => reused)).toEqual([true, true, true, true]);
    expect(resultsOf(second)).toEqual(resultsOf(first));
  });

  it('audits what changed, and nothing else', async () => {
    const repository = randomUUID();
    await run(REFS, { repository });
    await untilListed(repository, 4);
    const [a, b, , d] = REFS;

    const second = await run(
      [a, b, refOf('aws_s3_bucket.c', 'changed'), d].flatMap((ref) => ref ?? []),
      { repository },
    );

    expect(second.steps).toEqual(['aws_s3_bucket.c fetchMetadata', 'aws_s3_bucket.c analyzeRisk', 'aws_s3_bucket.c generateFix']);
    expect(second.outcomes.map(({ ref, reused }) => [ref.address, reused])).toEqual([
      ['aws_s3_bucket.a', true],
      ['aws_s3_bucket.b', true],
      ['aws_s3_bucket.c', false],
      ['aws_s3_bucket.d', true],
    ]);
  });

  it.each([
    ['another root', { root: 'other' }],
    ['another address', { address: 'aws_s3_bucket.z' }],
    ['another digest', { digest: 'f'.repeat(64) }],
  ])('takes nothing for %s', async (_, change) => {
    const repository = randomUUID();
    const [ref = refOf('aws_s3_bucket.a')] = REFS;
    await run([ref], { repository });
    await untilListed(repository, 1);

    expect((await run([{ ...ref, ...change }], { repository })).steps).toHaveLength(3);
  });

  it.each([
    ['another repository', { repository: randomUUID() }],
    ['another key', { target: { ...sharedServer(), encryptionKey: Buffer.alloc(32, 'another key') } }],
    ['a key of its own', { target: { ...sharedServer(), encryptionKey: null } }],
  ])('takes nothing for %s', async (_, change) => {
    const repository = randomUUID();
    await run(REFS.slice(0, 1), { repository });
    await untilListed(repository, 1);

    const second = await run(REFS.slice(0, 1), { repository, ...change });

    expect(second.steps).toHaveLength(3);
    expect(second.outcomes.map(({ failure, reused }) => [failure, reused])).toEqual([[null, false]]);
  });

  it('audits again what failed before', async () => {
    const repository = randomUUID();
    const broken = steps({
      analyzeRisk: async () => {
        throw new Error('the disk is gone');
      },
    });
    expect((await run(REFS.slice(0, 1), { repository, steps: broken })).outcomes[0]?.failure).toBe('the disk is gone');

    const second = await run(REFS.slice(0, 1), { repository });

    expect(second.outcomes[0]).toMatchObject({ reused: false, failure: null, result: { violationFound: true } });
  });

  it('asks again where a scanner did not answer, and takes what the rest found', async () => {
    const repository = randomUUID();
    const scannerFailures = [{ scanner: 'house', required: true, reason: 'it ended without an answer' }];
    const silent = steps({ analyzeRisk: async ({ address }) => ({ ...riskOf(address), scannerFailures }) });
    const first = await run(REFS.slice(0, 2), { repository, steps: silent });
    expect(first.outcomes.map(({ result }) => result?.scannerFailures)).toEqual([scannerFailures, scannerFailures]);
    await untilListed(repository, 2);

    const second = await run(REFS.slice(0, 2), { repository });

    expect(second.steps.filter((step) => step.endsWith('analyzeRisk')).toSorted()).toEqual([
      'aws_s3_bucket.a analyzeRisk',
      'aws_s3_bucket.b analyzeRisk',
    ]);
    expect(second.outcomes.map(({ reused, result }) => [reused, result?.scannerFailures])).toEqual([
      [false, undefined],
      [false, undefined],
    ]);
  });

  it('takes a result that is too long for a list of workflows from its workflow', async () => {
    const repository = randomUUID();
    const long = finding('aws_s3_bucket.a');
    const findings = Array.from({ length: 200 }, (_, index) => ({ ...long, fingerprint: `${index}`, message: `finding ${index}` }));
    const wordy = steps({
      analyzeRisk: async ({ address }) => ({ ...riskOf(address), findings }),
      generateFix: async ({ address }) => ({ ...remediationOf(address), plans: [] }),
    });
    const first = await run(REFS.slice(0, 1), { repository, steps: wordy });
    await untilListed(repository, 1);

    const second = await run(REFS.slice(0, 1), { repository });

    expect(second.steps).toEqual([]);
    expect(second.outcomes[0]?.reused).toBe(true);
    expect(resultsOf(second)).toEqual(resultsOf(first));
  });

  it('attaches to what another process runs', async () => {
    const repository = randomUUID();
    let reached = (): void => undefined;
    let release = (): void => undefined;
    const atFix = new Promise<void>((resolve) => (reached = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const slow = steps({
      generateFix: async ({ address }) => {
        reached();
        await released;
        return remediationOf(address);
      },
    });
    const first = run(REFS.slice(0, 1), { repository, steps: slow });
    await atFix;
    const second = run(REFS.slice(0, 1), { repository });
    await new Promise((resolve) => setTimeout(resolve, 500));
    release();

    expect((await first).outcomes[0]).toMatchObject({ reused: false, failure: null });
    expect((await second).outcomes[0]).toMatchObject({ reused: true, failure: null, result: { violationFound: true } });
    expect((await first).steps).toEqual(['aws_s3_bucket.a fetchMetadata', 'aws_s3_bucket.a analyzeRisk', 'aws_s3_bucket.a generateFix']);
    expect((await second).steps).toEqual([]);
  });
});
