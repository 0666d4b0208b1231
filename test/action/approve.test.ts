/** The run for a comment, with an audit in which one finding waits. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../src/approve.ts';
import { NO_POLICY } from '../../src/config/policy/policy.ts';
import type { ApprovalSetting, Policy } from '../../src/config/policy/policy.ts';
import { MOST_ANSWERS } from '../../src/github/answer.ts';
import type { PullRequestApprovals } from '../../src/github/approvals.ts';
import type { CommentEvent, RunContext } from '../../src/github/event.ts';
import { RunnerLog } from '../../src/github/log.ts';
import { clientFor } from '../github/client-for.ts';
import { AUTHOR } from '../support/github-people.ts';
import { ACTIONS_BOT, FakeGitHub } from '../support/github-server.ts';
import type { User } from '../support/github-server.ts';

const HEAD = 'a'.repeat(40);
const NEWER = 'b'.repeat(40);
const BASE = 'c'.repeat(40);
const FINGERPRINT = '1'.repeat(32);
const ALICE: User = { id: 201, login: 'alice', type: 'User' };
const STRANGER: User = { id: 204, login: 'stranger', type: 'User' };
const TERMS: ApprovalSetting = { severity: 'CRITICAL', deadlineMilliseconds: 86_400_000, teams: [], people: 1 };
const POLICY: Policy = { ...NO_POLICY, approval: TERMS };
const REQUEST = { ref: { root: 'infra', address: 'aws_s3_bucket.logs', digest: 'd' }, fingerprints: [FINGERPRINT] };

let github: FakeGitHub;

beforeEach(async () => {
  github = await FakeGitHub.start();
  github.pull({ number: 7, headSha: HEAD, baseSha: BASE });
  github.people.add(AUTHOR, 'write');
  github.people.add(ALICE, 'write');
  github.people.add(STRANGER);
});
afterEach(() => github.close());

interface Run {
  readonly exitCode: number | null;
  /** What the audit was run for, and what was approved in it. */
  readonly audited: readonly string[];
  readonly printed: string;
}

/** An audit that fails on the finding unless it was approved. */
async function auditWith(approvals: PullRequestApprovals, audited: string[]): Promise<number> {
  approvals.declare([REQUEST]);
  for (const id of approvals.candidates(REQUEST)) {
    const answer = await approvals.verify(id, REQUEST);
    if ('refusal' in answer) continue;
    audited.push(`${answer.approval.decision} by ${answer.approval.by}`);
    return answer.approval.decision === 'approve' ? 0 : 1;
  }
  return 1;
}

async function delivered(commentId: number, policy: Policy | null = POLICY): Promise<Run> {
  const body = github.comments(7).find(({ id }) => id === commentId)?.body ?? '';
  const context: RunContext<CommentEvent> = {
    event: { kind: 'issue_comment', number: 7, commentId, body },
    headIsCheckedOut: false,
    repository: github.repository,
    sha: BASE,
    runId: 7001,
    runAttempt: 1,
    workspace: '/nowhere',
    serverUrl: 'https://github.com',
    apiUrl: github.url,
    graphqlUrl: `${github.url}/graphql`,
  };
  const audited: string[] = [];
  let printed = '';
  const exitCode = await decide(context, {
    client: clientFor(github).client,
    log: new RunnerLog((text) => (printed += text)),
    readPolicy: async ({ event }) => (event.baseSha === BASE ? policy : null),
    audit: async ({ event, headIsCheckedOut }, _policy, approvals) => {
      audited.push(`${event.headSha.slice(0, 1)}${headIsCheckedOut ? ' checked out' : ''}`);
      return auditWith(approvals, audited);
    },
  });
  return { exitCode, audited, printed };
}

function commented(user: User, body: string): Promise<Run> {
  return delivered(github.comment(7, user, body));
}

/** What people see beside their comments. */
function answers(): string[] {
  const words = github.comments(7).filter(({ user }) => user.id === ACTIONS_BOT.id);
  return [...words.map(({ body }) => body.split('\n').slice(1).join('\n')), ...github.reactions.map(({ content }) => content)];
}

const approve = `/infra-audit approve aws_s3_bucket.logs ${HEAD} meant to be public`;

describe('a comment', () => {
  it('that approves what waits makes the audit pass, and is told so by a reaction alone', async () => {
    expect(await commented(ALICE, approve)).toMatchObject({ exitCode: 0, audited: ['a', 'approve by alice'] });
    expect(answers()).toEqual(['+1']);
  });

  it('that rejects takes effect too', async () => {
    expect(await commented(ALICE, approve.replace('approve', 'reject'))).toMatchObject({ exitCode: 1, audited: ['a', 'reject by alice'] });
    expect(answers()).toEqual(['+1']);
  });

  it('that has nothing to do with this ends at once, without a request', async () => {
    expect(await commented(STRANGER, `Should we not write\n${approve}?`)).toEqual({ exitCode: null, audited: [], printed: '' });
    expect(github.requests).toEqual([]);
  });

  it('that is no command is answered with the grammar, once', async () => {
    const id = github.comment(7, ALICE, '/infra-audit approve it');
    await delivered(id);
    await delivered(id);
    expect(answers()).toEqual([
      'This is not understood. A decision is one line, and nothing else in the comment: `/infra-audit approve TARGET HEAD_SHA [REASON]`, or `reject` in place of `approve`. ' +
        'TARGET is a fingerprint or an address as the report has it, HEAD_SHA the full id of the commit that was audited.',
      'confused',
    ]);
  });

  it.each<[string, User, string, string]>([
    ['of the author', AUTHOR, approve, '`author` opened this pull request: somebody else must decide.'],
    ['of a stranger', STRANGER, approve, '`stranger` may not decide: who decides must have write access to this repository.'],
    [
      'on another commit',
      ALICE,
      approve.replace(HEAD, NEWER),
      `it is about commit \`${NEWER}\`, and the head of the pull request is \`${HEAD}\`.`,
    ],
  ])('%s costs no audit and is answered once with the reason', async (_, user, body, reason) => {
    const id = github.comment(7, user, body);
    const run = await delivered(id);
    await delivered(id);
    expect(run).toMatchObject({ exitCode: null, audited: [], printed: `│ The comment ${id} decides nothing.\n` });
    expect(answers()).toEqual([`\`/infra-audit approve\` decides nothing: ${reason}`, 'confused']);
  });

  it('on something that does not wait is told that, after the audit', async () => {
    expect(await commented(ALICE, approve.replace('bucket.logs', 'bucket.web'))).toMatchObject({ exitCode: 1, audited: ['a'] });
    expect(answers()).toEqual([
      '`/infra-audit approve` decides nothing: nothing that waits for a person is named by `aws_s3_bucket.web`.',
      'confused',
    ]);
  });

  it('has no effect where the policy lets nothing wait, whatever the head has for one', async () => {
    for (const policy of [null, NO_POLICY]) await delivered(github.comment(7, ALICE, approve), policy);
    expect(answers().slice(0, 1)).toEqual([
      '`/infra-audit approve` decides nothing: the policy of the base branch lets nothing wait for a person.',
    ]);
  });

  it('needs a second person where two must approve, and is told so', async () => {
    const two: Policy = { ...NO_POLICY, approval: { ...TERMS, people: 2 } };
    github.people.add({ id: 202, login: 'bob', type: 'User' }, 'maintain');
    const first = await delivered(github.comment(7, ALICE, approve), two);
    expect(first.audited).toEqual(['a']);
    expect(answers()).toEqual(['`/infra-audit approve` decides nothing: 1 more person must approve it.', 'confused']);
    const second = await delivered(github.comment(7, { id: 202, login: 'bob', type: 'User' }, approve), two);
    expect(second).toMatchObject({ exitCode: 0, audited: ['a', 'approve by alice, bob'] });
  });

  it('ends the run with what to do when the pull request cannot be read', async () => {
    github.fault({ method: 'GET', path: /\/pulls\/7$/u, when: 'before', as: 403 });
    await expect(commented(ALICE, approve)).rejects.toThrow(/^Pull request 7 could not be read: the token may not do this/u);
  });
});

describe('T54: replay and flood', () => {
  it('a comment that took effect and is delivered again is not answered again', async () => {
    const id = github.comment(7, ALICE, approve);
    await delivered(id);
    expect(await delivered(id)).toMatchObject({ exitCode: 0, audited: ['a', 'approve by alice'] });
    expect(answers()).toEqual(['+1']);
  });

  it('no more than some comments of a pull request are answered in words', async () => {
    for (let count = 0; count < MOST_ANSWERS + 5; count += 1) await commented(STRANGER, approve);
    expect(answers().filter((each) => each.includes('decides nothing'))).toHaveLength(MOST_ANSWERS);
    expect(answers().filter((each) => each === 'confused')).toHaveLength(MOST_ANSWERS + 5);
  });

  it('an answer of somebody else that looks like one keeps no comment from being answered', async () => {
    const id = github.comment(7, STRANGER, approve);
    github.comment(7, STRANGER, `<!-- infrastructure-security-agent answer ${id} -->\nApproved!`);
    await delivered(id);
    expect(answers()).toEqual([expect.stringContaining('`stranger` may not decide'), 'confused']);
  });

  it.each(['before', 'after'] as const)('an answer whose write is lost (%s) is there once', async (when) => {
    github.fault({ method: 'POST', path: /\/issues\/7\/comments$/u, when, as: 'reset' });
    github.fault({ method: 'POST', path: /\/reactions$/u, when, as: 'reset' });
    await commented(STRANGER, approve);
    expect(answers()).toEqual([expect.stringContaining('`stranger` may not decide'), 'confused']);
  });

  it('an answer that may not be written is said in the log, and the decision stands', async () => {
    github.permissions = { contents: 'read', 'pull-requests': 'read' };
    const run = await commented(ALICE, approve);
    expect(run.exitCode).toBe(0);
    expect(run.printed).toContain('::notice::The comment was not answered: the token may not do this. Add the line `pull-requests: write`');
  });
});
