import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../src/domain/steps.ts';
import { auditAll } from '../../src/temporal/auditor.ts';
import { NO_RISK, finding, refOf, remediationOf, riskOf, steps } from './steps.ts';
import { clientOf, idOf, options, sharedServer } from './support.ts';

describe('an audit of several resources', () => {
  it('gives each resource its own result, in the order asked', async () => {
    const audited = options({
      steps: steps({
        analyzeRisk: async ({ address }) =>
          address === 'aws_s3_bucket.good' ? NO_RISK : { violationFound: true, severity: 'MEDIUM', findings: [finding(address)] },
      }),
    });

    const [good, bad] = await auditAll([refOf('aws_s3_bucket.good'), refOf('aws_s3_bucket.bad')], audited);

    expect(good?.result).toEqual({
      address: 'aws_s3_bucket.good',
      violationFound: false,
      severity: null,
      findings: [],
      remediationPlan: null,
    });
    const plan = remediationOf('aws_s3_bucket.bad').combined;
    expect(bad?.result).toEqual({
      address: 'aws_s3_bucket.bad',
      violationFound: true,
      severity: 'MEDIUM',
      findings: [{ ...finding('aws_s3_bucket.bad'), remediationPlan: plan }],
      remediationPlan: plan,
    });
  });

  it('does not ask for a fix where nothing is wrong', async () => {
    const fixed: string[] = [];
    const audited = options({
      steps: steps({
        analyzeRisk: async () => NO_RISK,
        generateFix: async ({ address }) => {
          fixed.push(address);
          return remediationOf(address);
        },
      }),
    });

    await auditAll([refOf('aws_s3_bucket.good')], audited);

    expect(fixed).toEqual([]);
  });

  it('says why one resource could not be audited and finishes the others', async () => {
    const attempts: string[] = [];
    const audited = options({
      steps: steps({
        analyzeRisk: async ({ address }) => {
          attempts.push(address);
          if (address === 'aws_s3_bucket.broken')
            throw new StepFailure('RuleFailed', 'a rule failed on aws_s3_bucket.broken: out of range');
          return NO_RISK;
        },
      }),
    });

    const [broken, fine] = await auditAll([refOf('aws_s3_bucket.broken'), refOf('aws_s3_bucket.fine')], audited);

    expect(broken).toMatchObject({ result: null, failure: 'a rule failed on aws_s3_bucket.broken: out of range' });
    expect(fine?.result?.violationFound).toBe(false);
    expect(attempts.filter((address) => address === 'aws_s3_bucket.broken')).toHaveLength(1);
  });

  it('tries a step again when it fails for a reason that may pass', async () => {
    let attempts = 0;
    const audited = options({
      steps: steps({
        generateFix: async ({ address }) => {
          attempts += 1;
          if (attempts === 1) throw new Error('the disk was busy');
          return remediationOf(address);
        },
      }),
    });

    const [outcome] = await auditAll([refOf('aws_s3_bucket.logs')], audited);

    expect(outcome?.failure).toBeNull();
    expect(attempts).toBe(2);
  });

  it('gives up on a step after three attempts', async () => {
    let attempts = 0;
    const audited = options({
      steps: steps({
        generateFix: async () => {
          attempts += 1;
          throw new Error('the disk is gone');
        },
      }),
    });

    const [outcome] = await auditAll([refOf('aws_s3_bucket.logs')], audited);

    expect(outcome?.failure).toBe('the disk is gone');
    expect(attempts).toBe(3);
  });

  it('takes the result of an audit that was done before with the same digest', async () => {
    const first = options({});
    await auditAll([refOf('aws_s3_bucket.logs')], first);
    const again = options({
      repository: first.repository,
      steps: steps({
        fetchMetadata: async () => {
          throw new StepFailure('UnknownResource', 'must not be asked');
        },
      }),
    });

    const [outcome] = await auditAll([refOf('aws_s3_bucket.logs')], again);

    expect(outcome).toMatchObject({ reused: true, failure: null, result: { address: 'aws_s3_bucket.logs', violationFound: true } });
  });

  it('audits again when the digest differs', async () => {
    const first = options({});
    await auditAll([refOf('aws_s3_bucket.logs', '1')], first);

    const [outcome] = await auditAll(
      [refOf('aws_s3_bucket.logs', '2')],
      options({ repository: first.repository, steps: steps({ analyzeRisk: async () => NO_RISK }) }),
    );

    expect(outcome).toMatchObject({ reused: false, result: { violationFound: false } });
  });

  it('takes over an audit whose task queue nobody works on', async () => {
    const audited = options({});
    const ref = refOf('aws_s3_bucket.logs');
    const client = await clientOf(sharedServer());
    await client.workflow.start('infrastructureAuditWorkflow', {
      workflowId: idOf(audited.repository, ref),
      taskQueue: `gone-${audited.repository}`,
      args: [ref],
    });

    const [outcome] = await auditAll([ref], audited);

    expect(outcome).toMatchObject({ reused: false, failure: null, result: { violationFound: true } });
  });

  it('ends what takes longer than the time limit and says so', async () => {
    const audited = options({ timeoutMilliseconds: 1500, steps: steps({ fetchMetadata: () => new Promise(() => undefined) }) });

    const [outcome] = await auditAll([refOf('aws_s3_bucket.slow')], audited);

    expect(outcome?.failure).toBe('the time limit (timeout-minutes) was reached');
  });

  it('ends the others when one hangs, which is undecided', async () => {
    const audited = options({
      timeoutMilliseconds: 4000,
      maxParallel: 2,
      steps: steps({
        analyzeRisk: ({ address }) => (address === 'aws_s3_bucket.stuck' ? new Promise(() => undefined) : Promise.resolve(riskOf(address))),
      }),
    });

    const outcomes = await auditAll(
      ['stuck', 'a', 'b', 'c'].map((name) => refOf(`aws_s3_bucket.${name}`)),
      audited,
    );

    expect(outcomes.map(({ ref, result, failure }) => [ref.address, result?.violationFound ?? failure])).toEqual([
      ['aws_s3_bucket.stuck', 'the time limit (timeout-minutes) was reached'],
      ['aws_s3_bucket.a', true],
      ['aws_s3_bucket.b', true],
      ['aws_s3_bucket.c', true],
    ]);
  });

  it('ignores an answer that comes when its attempt was given up', async () => {
    const ref = refOf('aws_s3_bucket.logs');
    const client = await clientOf(sharedServer());
    const attempts: string[] = [];
    const audited = options({
      steps: steps({
        generateFix: async () => {
          if (attempts.push('begins') === 2) {
            await sleep(1000);
            return remediationOf('the second attempt');
          }
          const { raw, runId } = await client.workflow.getHandle(idOf(audited.repository, ref)).describe();
          // What the server itself does when the time of an attempt is over.
          await client.workflowService.respondActivityTaskFailedById({
            namespace: 'default',
            workflowId: idOf(audited.repository, ref),
            runId,
            activityId: raw.pendingActivities?.[0]?.activityId ?? '',
            failure: { message: 'too late', source: 'test', applicationFailureInfo: { type: 'Timeout' } },
          });
          await sleep(500);
          return remediationOf('the first attempt, too late');
        },
      }),
    });

    const [outcome] = await auditAll([ref], audited);

    expect(attempts).toHaveLength(2);
    expect(outcome?.result?.remediationPlan?.summary).toBe('switch it on for the second attempt');
  });

  it('answers the step it is at while it runs', async () => {
    const ref = refOf('aws_s3_bucket.logs');
    const client = await clientOf(sharedServer());
    let answered: unknown;
    const audited = options({
      steps: steps({
        generateFix: async ({ address }) => {
          answered = await client.workflow.getHandle(idOf(audited.repository, ref)).query('progress');
          return remediationOf(address);
        },
      }),
    });

    await auditAll([ref], audited);

    expect(answered).toEqual({
      step: 'generateFix',
      attempt: 1,
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u),
    });
    expect(
      await client.withDeadline(Date.now() + 5000, () => client.workflow.getHandle(idOf(audited.repository, ref)).describe()),
    ).toMatchObject({ status: { name: 'COMPLETED' } });
  });

  it('asks scanners in a step that the server watches, and tells which gave no answer', async () => {
    const ref = refOf('aws_s3_bucket.logs');
    const client = await clientOf(sharedServer());
    const scannerFailures = [{ scanner: 'house-rules', required: true, reason: 'no answer in time' }];
    let watched: unknown;
    let attempts = 0;
    const audited = options({
      terms: { scanners: true, approval: null },
      steps: steps({
        analyzeRisk: async ({ address }) => {
          attempts += 1;
          if (attempts < 3) throw new Error('the scanner crashed');
          const { raw } = await client.workflow.getHandle(idOf(audited.repository, ref)).describe();
          watched = raw.pendingActivities?.map(({ activityType, attempt }) => [activityType?.name, attempt]);
          return { ...riskOf(address), scannerFailures };
        },
      }),
    });

    const [outcome] = await auditAll([ref], audited);

    expect(watched).toEqual([['analyzeRisk', 3]]);
    expect(outcome?.result).toMatchObject({ violationFound: true, scannerFailures, remediationPlan: remediationOf(ref.address).combined });
  });

  it('gives up on a scanner that fails three times, which is undecided', async () => {
    let attempts = 0;
    const analyzeRisk = async (): Promise<never> => {
      attempts += 1;
      throw new Error('the scanner crashed');
    };

    const [outcome] = await auditAll(
      [refOf('aws_s3_bucket.logs')],
      options({ terms: { scanners: true, approval: null }, steps: steps({ analyzeRisk }) }),
    );

    expect([outcome?.failure, attempts]).toEqual(['the scanner crashed', 3]);
  });
});
