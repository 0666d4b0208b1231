/** Decisions on a pull request against a model of it: whatever people, programs and writers do, in whatever order. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ApprovalRequest } from '../../src/domain/approval.ts';
import { PullRequestApprovals } from '../../src/github/approvals.ts';
import { AUTHOR } from '../support/github-people.ts';
import { FakeGitHub } from '../support/github-server.ts';
import type { User } from '../support/github-server.ts';
import { clientFor } from './client-for.ts';

const HOUR = 3600;
const DEADLINE_HOURS = 24;
const ADDRESS = 'aws_s3_bucket.logs';
const FINGERPRINTS = ['1'.repeat(32), '2'.repeat(32)];
const REQUEST: ApprovalRequest = { ref: { root: '.', address: ADDRESS, digest: 'f'.repeat(64) }, fingerprints: FINGERPRINTS };
const HEADS = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];

const PEOPLE: readonly User[] = [
  AUTHOR,
  { id: 201, login: 'alice', type: 'User' },
  { id: 202, login: 'bob', type: 'User' },
  { id: 203, login: 'carol', type: 'User' },
  { id: 204, login: 'helper[bot]', type: 'Bot' },
];

interface Written {
  readonly person: number;
  readonly decision: 'approve' | 'reject';
  readonly target: string;
  readonly headSha: string;
  readonly hour: number;
  gone: boolean;
}

interface Model {
  head: string;
  hour: number;
  open: boolean;
  people: number;
  /** Of those in {@link PEOPLE} who may write. */
  readonly writers: Set<number>;
  readonly written: Written[];
}

interface Real {
  readonly github: FakeGitHub;
  readonly ids: number[];
}

/** What the words of the documentation say of a comment, without a thought for how it is found out. */
function expectedOf(model: Model, index: number): string {
  const counts = (each: Written): boolean =>
    !each.gone &&
    each.headSha === model.head &&
    model.hour - each.hour <= DEADLINE_HOURS &&
    PEOPLE[each.person]?.type === 'User' &&
    each.person !== 0 &&
    model.writers.has(each.person);
  const asked = model.written[index];
  if (asked === undefined || !model.open || !counts(asked)) return 'nothing';
  const covers = (each: Written, fingerprint: string): boolean => each.target === ADDRESS || each.target === fingerprint;
  const last = FINGERPRINTS.map((fingerprint) =>
    PEOPLE.flatMap((_, person) => {
      const own = model.written.filter((each) => each.person === person && counts(each) && covers(each, fingerprint));
      return own.slice(-1);
    }),
  );
  if (!last.flat().includes(asked)) return 'nothing';
  if (last.flat().some(({ decision }) => decision === 'reject')) return asked.decision === 'reject' ? 'reject' : 'nothing';
  return last.every((some) => some.length >= model.people) ? 'approve' : 'nothing';
}

type Step = fc.AsyncCommand<Model, Real>;

function step(name: string, act: (model: Model, real: Real) => Promise<void> | void, check: (model: Model) => boolean = () => true): Step {
  return {
    check,
    run: async (model, real) => {
      await act(model, real);
    },
    toString: () => name,
  };
}

const person = fc.nat({ max: PEOPLE.length - 1 });
const any = fc.nat({ max: 30 });

function setHead({ github }: Real, { head, open }: Model): void {
  github.pull({ number: 7, headSha: head, baseSha: 'd'.repeat(40), headRepository: 'octo/infra', state: open ? 'open' : 'closed' });
}

const comments = fc
  .record({
    who: person,
    decision: fc.constantFrom('approve', 'approve', 'approve', 'approve', 'reject'),
    target: fc.constantFrom(ADDRESS, ADDRESS, ...FINGERPRINTS),
    which: fc.constantFrom<number | null>(null, null, null, null, null, 0, 1),
  })
  .map(({ who, decision, target, which }) =>
    step(`${PEOPLE[who]?.login} ${decision} ${target} ${which ?? 'head'}`, (model, { github, ids }) => {
      const headSha = which === null ? model.head : (HEADS[which] ?? '');
      ids.push(github.comment(7, PEOPLE[who] ?? AUTHOR, `/infra-audit ${decision} ${target} ${headSha}`, false));
      model.written.push({ person: who, decision, target, headSha, hour: model.hour, gone: false });
    }),
  );

const spoils: readonly fc.Arbitrary<Step>[] = [
  fc.record({ which: any, how: fc.constantFrom('once', 'later', 'remove') }).map(({ which, how }) =>
    step(
      `${how} ${which}`,
      (model, { github, ids }) => {
        const index = which % ids.length;
        const written = model.written[index];
        if (written !== undefined) written.gone = true;
        if (how === 'remove') github.removeComment(ids[index] ?? 0);
        else github.editComment(ids[index] ?? 0, `/infra-audit approve ${ADDRESS} ${model.head}`, how);
      },
      ({ written }) => written.length > 0,
    ),
  ),
  fc.constantFrom(...HEADS).map((head) =>
    step(`push ${head.slice(0, 1)}`, (model, real) => {
      model.head = head;
      setHead(real, model);
    }),
  ),
  fc.boolean().map((open) =>
    step(open ? 'reopen' : 'close', (model, real) => {
      model.open = open;
      setHead(real, model);
    }),
  ),
  fc.record({ who: person, permission: fc.constantFrom('write', 'admin', 'read') }).map(({ who, permission }) =>
    step(`${PEOPLE[who]?.login} gets ${permission}`, (model, { github }) => {
      github.people.add(PEOPLE[who] ?? AUTHOR, permission);
      if (permission === 'read') model.writers.delete(who);
      else model.writers.add(who);
    }),
  ),
  fc.constantFrom(1, 12, 13).map((hours) =>
    step(`${hours} hours go by`, (model, { github }) => {
      github.wait(hours * HOUR);
      model.hour += hours;
    }),
  ),
  fc.constantFrom(1, 2).map((people) =>
    step(`${people} must approve`, (model) => {
      model.people = people;
    }),
  ),
];

const outcomes = new Set<string>();

const deliveries = fc.record({ which: any, times: fc.constantFrom(1, 2) }).map(({ which, times }) =>
  step(`deliver ${which} ${times} times`, async (model, { github, ids }) => {
    const index = which % (ids.length + 1);
    const rules = { deadlineMilliseconds: DEADLINE_HOURS * HOUR * 1000 + 999_000, teams: [], people: model.people };
    const approvals = new PullRequestApprovals(clientFor(github).client, { number: 7, headSha: model.head }, rules);
    approvals.declare([REQUEST]);
    for (let time = 0; time < times; time += 1) {
      const answer = await approvals.verify(String(ids[index] ?? 123_456), REQUEST);
      const outcome = 'approval' in answer ? answer.approval.decision : 'nothing';
      outcomes.add(outcome);
      // oxlint-disable-next-line vitest/no-standalone-expect -- the property runs it
      expect(outcome, 'refusal' in answer ? answer.refusal : '').toBe(expectedOf(model, index));
    }
  }),
);

/** Weighed, so that much is decided before it is spoilt. */
const steps = [comments, comments, comments, comments, deliveries, deliveries, deliveries, deliveries, ...spoils];

it('counts what the words say, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 40, size: 'max' }), async (commands) => {
      const github = await FakeGitHub.start();
      try {
        for (const user of PEOPLE) github.people.add(user, 'write');
        const model: Model = { head: HEADS[0] ?? '', hour: 0, open: true, people: 1, writers: new Set(PEOPLE.keys()), written: [] };
        const real: Real = { github, ids: [] };
        setHead(real, model);
        await fc.asyncModelRun(() => ({ model, real }), commands);
      } finally {
        await github.close();
      }
    }),
    { numRuns: 100 },
  );
  // It is no test where nothing ever counts.
  expect([...outcomes].toSorted()).toEqual(['approve', 'nothing', 'reject']);
});
