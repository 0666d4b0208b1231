/** An audit that waits for a person: what ends the waiting, what does not, and what a run says meanwhile. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Approval, ApprovalRequest, Approvals } from '../../src/domain/approval.ts';
import type { AuditRef } from '../../src/domain/audit-ref.ts';
import type { AuditStep, AuditSteps } from '../../src/domain/audit.ts';
import { auditAll } from '../../src/temporal/auditor.ts';
import type { AuditorOptions } from '../../src/temporal/auditor.ts';
import type { AuditOutcome } from '../../src/temporal/audits.ts';
import { takePart } from '../../src/temporal/participant.ts';
import { startServer } from '../../src/temporal/server.ts';
import { finding, refOf, remediationOf, riskOf, steps } from './steps.ts';
import { clientOf, idOf, options, sharedServer } from './support.ts';

const REF = refOf('aws_s3_bucket.logs');
const FINGERPRINTS = ['fingerprint of aws_s3_bucket.logs'];
const DAY = 24 * 60 * 60 * 1000;

function terms(deadlineMilliseconds = DAY): AuditorOptions['terms'] {
  return { scanners: false, approval: { severity: 'MEDIUM', deadlineMilliseconds } };
}

function approvalOf(id: string, decision: Approval['decision']): Approval {
  return { id, decision, by: 'morgana', reason: 'until the move', until: '2026-12-31T00:00:00.000Z', place: `https://git.test/${id}` };
}

/** Comments of people, by id; asked for one that is not there, it is nobody's decision. */
class Comments implements Approvals {
  readonly asked: string[] = [];
  readonly #decisions: ReadonlyMap<string, Approval['decision']>;
  readonly #told: readonly string[];

  constructor(decisions: Readonly<Record<string, Approval['decision']>>, told = Object.keys(decisions)) {
    this.#decisions = new Map(Object.entries(decisions));
    this.#told = told;
  }

  candidates({ fingerprints }: ApprovalRequest): readonly string[] {
    return fingerprints.join() === FINGERPRINTS.join() ? this.#told : [];
  }

  async verify(id: string): Promise<{ approval: Approval } | { refusal: string }> {
    this.asked.push(id);
    const decision = this.#decisions.get(id);
    return decision === undefined ? { refusal: 'there is no such comment' } : { approval: approvalOf(id, decision) };
  }

  get steps(): Pick<AuditSteps, 'verifyApproval'> {
    return {
      verifyApproval: async (id) => {
        const answer = await this.verify(id);
        return 'approval' in answer ? answer.approval : null;
      },
    };
  }
}

const NOBODY = new Comments({});

interface Ran {
  readonly outcome: AuditOutcome | undefined;
  readonly steps: readonly string[];
}

async function run(comments: Comments, over: Partial<AuditorOptions>): Promise<Ran> {
  const ran: string[] = [];
  const onStep = (_: AuditRef, step: AuditStep): void => void ran.push(step);
  const all = { terms: terms(), approvals: comments, steps: steps(comments.steps), onStep, ...over };
  const [outcome] = await auditAll([REF], options(all));
  return { outcome, steps: ran };
}

const WAITING = {
  reused: false,
  failure: null,
  result: {
    address: 'aws_s3_bucket.logs',
    violationFound: true,
    severity: 'MEDIUM',
    findings: [finding('aws_s3_bucket.logs')],
    remediationPlan: null,
    approval: { state: 'waiting', fingerprints: FINGERPRINTS, deadline: expect.stringMatching(/Z$/u) },
  },
};

const PLAN = remediationOf('aws_s3_bucket.logs').combined;

function decided(state: 'approved' | 'rejected', id: string): object {
  const approval = approvalOf(id, state === 'approved' ? 'approve' : 'reject');
  return { remediationPlan: PLAN, findings: [{ remediationPlan: PLAN }], approval: { state, fingerprints: FINGERPRINTS, approval } };
}

/** A worker that lives while `work` does, as another process would be. */
async function besideWorker(repository: string, made: AuditSteps, work: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const audited = options({ repository, steps: made, signal: stop.signal });
  const worker = takePart({ ...audited, run: null, refs: [REF], idleMilliseconds: 60_000 });
  await work().finally(() => stop.abort());
  await worker;
}

async function handleOf(repository: string) {
  return (await clientOf(sharedServer())).workflow.getHandle(idOf(repository, REF));
}

describe('an audit that somebody has to decide on', () => {
  it('is not waited for: the run has what was found, without a plan, and the others are done', async () => {
    const fine = refOf('aws_s3_bucket.fine');
    const fixed: string[] = [];
    const audited = options({
      terms: { scanners: false, approval: { severity: 'HIGH', deadlineMilliseconds: DAY } },
      steps: steps({
        analyzeRisk: async ({ address }) => {
          const risk = riskOf(address);
          if (address === fine.address) return risk;
          return { ...risk, severity: 'CRITICAL', findings: risk.findings.map((each) => ({ ...each, severity: 'CRITICAL' })) };
        },
        generateFix: async ({ address }) => {
          fixed.push(address);
          return remediationOf(address);
        },
      }),
    });

    const [logs, other] = await auditAll([REF, fine], audited);

    expect(logs).toMatchObject({
      failure: null,
      result: { severity: 'CRITICAL', approval: { state: 'waiting', fingerprints: FINGERPRINTS } },
    });
    expect(logs?.result?.findings).toEqual([{ ...finding(REF.address), severity: 'CRITICAL' }]);
    expect(other?.result).toMatchObject({ severity: 'MEDIUM', remediationPlan: { summary: 'switch it on for aws_s3_bucket.fine' } });
    expect(other?.result?.approval).toBeUndefined();
    expect(fixed).toEqual(['aws_s3_bucket.fine']);
  });

  it('does not wait for what is not decided by the rules', async () => {
    const open = { ...finding(REF.address), outcome: 'undecided' as const, severity: 'CRITICAL' as const };
    const analyzeRisk = async () => ({ violationFound: false, severity: open.severity, findings: [open] });

    const { outcome } = await run(NOBODY, { steps: steps({ analyzeRisk }) });

    expect(outcome?.result?.findings).toEqual([open]);
    expect(outcome?.result?.approval).toBeUndefined();
  });

  it.each([
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ] as const)('goes on in the same run when the decision is there already: %s', async (decision, state) => {
    const comments = new Comments({ c1: decision });

    const { outcome, steps: ran } = await run(comments, {});

    expect(outcome?.result).toMatchObject(decided(state, 'c1'));
    expect(comments.asked).toEqual(['c1']);
    expect(ran).toEqual(['fetchMetadata', 'analyzeRisk', 'approval', 'generateFix', 'done']);
  });

  it('is completed by a later run, which repeats no step of the first', async () => {
    const repository = randomUUID();
    const first = await run(NOBODY, { repository });
    const meanwhile = await run(NOBODY, { repository });
    const last = await run(new Comments({ c1: 'approve' }), { repository });
    const after = await run(NOBODY, { repository });

    expect(first.outcome).toMatchObject(WAITING);
    expect(meanwhile.outcome).toMatchObject({ ...WAITING, reused: true });
    expect(meanwhile.steps).toEqual(['approval', 'done']);
    expect(last.outcome).toMatchObject({ reused: true, failure: null, result: decided('approved', 'c1') });
    expect(last.steps).toEqual(['approval', 'generateFix', 'done']);
    expect(after.outcome?.result).toEqual(last.outcome?.result);
  });

  it('is completed by a run of other sources too, although nobody works on the queue of the first', async () => {
    const repository = randomUUID();
    await run(NOBODY, { repository });
    const comments = new Comments({ c1: 'approve' });
    const other = refOf('aws_s3_bucket.other');

    const waiting = await auditAll([REF, other], options({ repository, terms: terms(), approvals: NOBODY, steps: steps({}) }));
    const [outcome] = await auditAll(
      [REF, other],
      options({ repository, terms: terms(), approvals: comments, steps: steps(comments.steps) }),
    );

    expect(waiting[0]).toMatchObject({ ...WAITING, reused: true });
    expect(outcome).toMatchObject({ failure: null, result: decided('approved', 'c1') });
  });

  it('waits on when the hint was forged, and a hint counts once', async () => {
    const repository = randomUUID();
    const forged = new Comments({}, ['forged']);

    expect((await run(forged, { repository })).outcome?.result).toMatchObject(WAITING.result);
    expect((await run(forged, { repository })).outcome?.result).toMatchObject(WAITING.result);

    expect(forged.asked).toEqual(['forged']);
  });

  it('waits on when a decision cannot be looked up, and takes it when it can', async () => {
    const repository = randomUUID();
    let attempts = 0;
    const away = async (): Promise<never> => {
      attempts += 1;
      throw new Error('no answer');
    };
    const approvals = new Comments({ c1: 'approve' });

    const first = await run(approvals, { repository, steps: steps({ verifyApproval: away }) });
    const second = await run(approvals, { repository });

    expect(first.outcome?.result).toMatchObject(WAITING.result);
    expect(attempts).toBe(3);
    expect(second.outcome?.result).toMatchObject(decided('approved', 'c1'));
  });

  it('expires at its deadline, and then no decision counts', async () => {
    const repository = randomUUID();
    const first = await run(NOBODY, { repository, terms: terms(4000) });
    expect(first.outcome?.result).toMatchObject(WAITING.result);
    await sleep(4000);

    const second = await run(new Comments({ c1: 'approve' }), { repository, terms: terms(4000) });

    const { approval } = WAITING.result;
    expect(second.outcome?.result).toMatchObject({ remediationPlan: PLAN, approval: { ...approval, state: 'expired' } });
  });

  it('expires although a decision is being looked up', async () => {
    const slow = async (id: string): Promise<Approval> => {
      await sleep(1500);
      return approvalOf(id, 'approve');
    };

    const { outcome } = await run(new Comments({ c1: 'approve' }), { terms: terms(1000), steps: steps({ verifyApproval: slow }) });

    expect(outcome?.result?.approval?.state).toBe('expired');
  });

  it('is taken for what it was decided with on a server that has never seen it', async () => {
    const comments = new Comments({ c1: 'approve' });
    for (let repetition = 0; repetition < 2; repetition += 1) {
      const server = await startServer({ environment: process.env, workspace: '/tmp', log: () => undefined });
      expect((await run(comments, { target: server })).outcome?.result).toMatchObject(decided('approved', 'c1'));
      await server.stop();
    }
    expect(comments.asked).toEqual(['c1', 'c1']);
  });

  it('has a result that is told as long as it waits, however long it is', async () => {
    const repository = randomUUID();
    const long = finding(REF.address);
    const findings = Array.from({ length: 300 }, (_, index) => ({ ...long, fingerprint: `${index}`, message: `finding ${index}` }));
    const wordy = steps({ analyzeRisk: async ({ address }) => ({ ...riskOf(address), findings }) });

    const first = await run(NOBODY, { repository, steps: wordy });
    const second = await run(NOBODY, { repository, steps: wordy });

    expect(first.outcome?.result?.findings).toEqual(findings);
    expect(second.outcome).toEqual({ ...first.outcome, reused: true });
  });

  it('keeps no more of a reason than can be recorded', async () => {
    const verifyApproval = async (id: string): Promise<Approval> => ({ ...approvalOf(id, 'approve'), reason: 'long '.repeat(100_000) });

    const { outcome } = await run(new Comments({ c1: 'approve' }), { steps: steps({ verifyApproval }) });

    const approval = outcome?.result?.approval;
    expect(approval?.state === 'approved' ? approval.approval.reason?.length : approval).toBe(2001);
  });
});

/** `a1` approves, `r1` rejects, `n1` is nobody's. */
const ids = fc.constantFrom('a1', 'a2', 'r1', 'n1', 'n2', 'n3', '', 'x'.repeat(201));
const hints = fc.array(fc.record({ name: fc.constantFrom('decide', 'approve', 'reject'), id: ids }), { maxLength: 8 });

describe('whatever hints come, under whatever name', () => {
  it('the first that proves to be a decision decides, and each is looked up once at most', async () => {
    await fc.assert(
      fc.asyncProperty(hints, async (told) => {
        const repository = randomUUID();
        const comments = new Comments({ a1: 'approve', a2: 'approve', r1: 'reject' });
        const valid = [...new Set(told.map(({ id }) => id).filter((id) => id !== '' && id.length <= 200))];
        const decisive = valid.findIndex((id) => !id.startsWith('n'));
        const looked = decisive < 0 ? valid : valid.slice(0, decisive + 1);

        await run(NOBODY, { repository });
        const handle = await handleOf(repository);
        for (const { name, id } of told) await handle.signal(name, { id });
        await besideWorker(repository, steps(comments.steps), async () => {
          const expected = decisive < 0 ? 'waiting' : valid[decisive]?.startsWith('a') === true ? 'approved' : 'rejected';
          await expect.poll(() => comments.asked, { timeout: 10_000 }).toEqual(looked);
          if (expected === 'waiting') expect((await handle.query<{ step: string }>('progress')).step).toBe('approval');
          else expect(await handle.result()).toMatchObject({ approval: { state: expected } });
        });
        expect(comments.asked).toEqual(looked);
      }),
      { numRuns: 12, seed: 7 },
    );
  }, 120_000);

  it('what is no hint has no effect', async () => {
    const repository = randomUUID();
    const comments = new Comments({ c1: 'approve' });
    await run(NOBODY, { repository });
    const handle = await handleOf(repository);
    for (const nonsense of [null, 'c1', 7, { id: 7 }, { id: null }, ['c1'], {}]) await handle.signal('approve', nonsense);
    await handle.signal('approve');
    await handle.signal('close', { id: 'c1' });

    expect((await run(NOBODY, { repository, steps: steps(comments.steps) })).outcome?.result).toMatchObject(WAITING.result);
    expect(comments.asked).toEqual([]);
  });
});
