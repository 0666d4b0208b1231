import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApprovalRequest } from '../../src/domain/approval.ts';
import { PullRequestApprovals } from '../../src/github/approvals.ts';
import type { ApprovalRules } from '../../src/github/approvals.ts';
import { ACTIONS_BOT, FakeGitHub } from '../support/github-server.ts';
import type { Pull, User } from '../support/github-server.ts';
import { AUTHOR } from '../support/github-people.ts';
import { clientFor } from './client-for.ts';

const HEAD = 'a'.repeat(40);
const NEWER = 'b'.repeat(40);
const BASE = 'c'.repeat(40);
const FIRST = '1'.repeat(32);
const SECOND = '2'.repeat(32);
const DAY = 24 * 3600;
const RULES: ApprovalRules = { deadlineMilliseconds: DAY * 1000, teams: [], people: 1 };

const ALICE: User = { id: 201, login: 'alice', type: 'User' };
const BOB: User = { id: 202, login: 'bob', type: 'User' };
const READER: User = { id: 203, login: 'reader', type: 'User' };
const STRANGER: User = { id: 204, login: 'stranger', type: 'User' };
const HELPER: User = { id: 205, login: 'helper[bot]', type: 'Bot' };

const request: ApprovalRequest = {
  ref: { root: '.', address: 'aws_s3_bucket.logs', digest: 'f'.repeat(64) },
  fingerprints: [FIRST],
};
const both: ApprovalRequest = { ...request, fingerprints: [FIRST, SECOND] };

const pull: Pull = { number: 7, headSha: HEAD, baseSha: BASE, headRepository: 'octo/infra' };

let github: FakeGitHub;

beforeEach(async () => {
  github = await FakeGitHub.start();
  github.pull(pull);
  for (const user of [ALICE, BOB, AUTHOR]) github.people.add(user, 'write');
  github.people.add(READER, 'read');
  github.people.add(STRANGER);
  github.people.add(HELPER, 'write');
});
afterEach(() => github.close());

function line(decision = 'approve', target = FIRST, sha = HEAD): string {
  return `/infra-audit ${decision} ${target} ${sha} it is meant to be public`;
}

function approvalsOf(rules: Partial<ApprovalRules> = {}, headSha = HEAD): PullRequestApprovals {
  const approvals = new PullRequestApprovals(clientFor(github).client, { number: 7, headSha }, { ...RULES, ...rules });
  approvals.declare([both]);
  return approvals;
}

/** `approve by alice`, or why not. */
async function verdictOn(id: number | string, asked = request, rules: Partial<ApprovalRules> = {}): Promise<string> {
  const answer = await approvalsOf(rules).verify(String(id), asked);
  return 'approval' in answer ? `${answer.approval.decision} by ${answer.approval.by}` : answer.refusal;
}

describe('a decision', () => {
  it.each(['write', 'maintain', 'admin'])('of somebody else with the permission %s counts', async (permission) => {
    github.people.add(ALICE, permission);
    const id = github.comment(7, ALICE, line());
    expect(await approvalsOf().verify(String(id), request)).toEqual({
      approval: {
        id: String(id),
        decision: 'approve',
        by: 'alice',
        reason: 'it is meant to be public',
        until: '2026-01-02T00:00:01.000Z',
        place: `https://github.com/octo/infra/pull/7#issuecomment-${id}`,
      },
    });
  });

  it('is found among the comments, by what it names and for which commit', async () => {
    github.comment(7, ALICE, 'What is this?');
    for (const user of [AUTHOR, READER, STRANGER, HELPER]) github.comment(7, user, line());
    const named = github.comment(7, ALICE, line('approve', 'aws_s3_bucket.logs'));
    const exact = github.comment(7, BOB, line('reject', SECOND));
    github.comment(7, ALICE, line('approve', 'aws_s3_bucket.web'));
    github.comment(7, ALICE, line('approve', FIRST, NEWER));
    github.editComment(github.comment(7, ALICE, 'hm'), line());
    const approvals = approvalsOf();
    expect(approvals.candidates(both)).toEqual([]);
    await approvals.load();
    expect(approvals.candidates(both)).toEqual([String(named), String(exact)]);
    expect(approvals.candidates(request)).toEqual([String(named)]);
  });

  it('of a team that the policy names counts without write access', async () => {
    github.people.teams.set('octo/security', ['reader']);
    const id = github.comment(7, READER, line());
    expect(await verdictOn(id, request, { teams: ['octo/platform', 'octo/security'] })).toBe('approve by reader');
    expect(await verdictOn(id, request, { teams: ['octo/platform'] })).toBe(
      '`reader` may not decide: who decides must have write access to this repository, or be a member of `octo/platform`',
    );
    github.people.teamsAreHidden = true;
    expect(await verdictOn(id, request, { teams: ['octo/security'] })).toBe(
      "whether `reader` is a member of `octo/security` cannot be read: give the input `github-token` one that may read the organisation's members",
    );
  });

  it('that rejects beats all that approve, whoever was first', async () => {
    const before = github.comment(7, ALICE, line());
    const against = github.comment(7, BOB, line('reject'));
    github.people.add(READER, 'maintain');
    const after = github.comment(7, READER, line());
    expect(await verdictOn(against)).toBe('reject by bob');
    expect(await verdictOn(before)).toBe('`bob` rejected it');
    expect(await verdictOn(after)).toBe('`bob` rejected it');
  });

  it('of somebody without the right to reject beats nothing', async () => {
    const id = github.comment(7, ALICE, line());
    github.comment(7, READER, line('reject'));
    github.comment(7, AUTHOR, line('reject'));
    expect(await verdictOn(id)).toBe('approve by alice');
  });

  it('is taken back by a later one of the same person', async () => {
    const first = github.comment(7, ALICE, line());
    const second = github.comment(7, ALICE, line('reject'));
    expect(await verdictOn(first)).toBe('`alice` decided otherwise later');
    expect(await verdictOn(second)).toBe('reject by alice');
    const third = github.comment(7, ALICE, line());
    expect([await verdictOn(first), await verdictOn(second), await verdictOn(third)]).toEqual([
      '`alice` decided otherwise later',
      '`alice` decided otherwise later',
      'approve by alice',
    ]);
  });

  it('on one of two findings waits for the other', async () => {
    const first = github.comment(7, ALICE, line('approve', FIRST));
    expect(await verdictOn(first, both)).toBe('1 more person must approve all 2 findings');
    const second = github.comment(7, BOB, line('approve', SECOND));
    expect(await verdictOn(first, both)).toBe('approve by alice, bob');
    expect(await verdictOn(second, both)).toBe('approve by alice, bob');
  });

  it('needs as many people as the policy says, and one person is one', async () => {
    const first = github.comment(7, ALICE, line());
    const again = github.comment(7, ALICE, line('approve', 'aws_s3_bucket.logs'));
    github.comment(7, READER, line());
    expect(await verdictOn(again, request, { people: 2 })).toBe('1 more person must approve it');
    const second = github.comment(7, BOB, line());
    expect(await verdictOn(second, request, { people: 2 })).toBe('approve by alice, bob');
    expect(await verdictOn(again, request, { people: 3 })).toBe('1 more person must approve it');
    expect(await verdictOn(first, request, { people: 2 })).toBe('`alice` decided otherwise later');
  });
});

describe('T50: who may approve', () => {
  it.each([
    [READER, '`reader` may not decide: who decides must have write access to this repository'],
    [STRANGER, '`stranger` may not decide: who decides must have write access to this repository'],
  ])('not $login', async (user, refusal) => {
    expect(await verdictOn(github.comment(7, user, line()))).toBe(refusal);
  });

  it('nobody whose name has gone to somebody else', async () => {
    const id = github.comment(7, { ...STRANGER, login: 'alice' }, line());
    expect(await verdictOn(id)).toBe('`alice` may not decide: who decides must have write access to this repository');
  });

  it.each([/\/permission$/u, /\/pulls\/7$/u, /\/pulls\/7\/commits$/u, /\/activity$/u, /\/issues\/comments\//u, /\/issues\/7\/comments$/u])(
    'nobody as long as %s cannot be read',
    async (path) => {
      const id = github.comment(7, ALICE, line());
      github.fault({ method: 'GET', path, when: 'before', as: 502, times: 4 });
      expect(await verdictOn(id)).toBe('it cannot be verified: GitHub answered 502; run it again, or see https://www.githubstatus.com.');
      expect(await verdictOn(id)).toBe('approve by alice');
    },
  );

  it('nobody where GitHub does not tell whether the comment was edited', async () => {
    const id = github.comment(7, ALICE, line());
    github.fault({ method: 'POST', path: /\/graphql$/u, when: 'before', as: 403 });
    expect(await verdictOn(id)).toMatch(/^it cannot be verified: the token may not do this/u);
  });
});

describe('T51: nobody approves their own change', () => {
  it.each<[string, Partial<Pull>, string]>([
    ['who opened it', { author: ALICE, commits: [{ author: BOB }], pusher: BOB }, '`alice` opened this pull request'],
    ['who pushed its head', { pusher: ALICE }, '`alice` pushed the head of this pull request'],
    ['the author of a commit', { commits: [{ author: AUTHOR }, { author: ALICE }] }, '`alice` is an author of a commit'],
    ['the committer of a commit', { commits: [{ author: AUTHOR, committer: ALICE }] }, '`alice` is an author of a commit'],
    [
      'a co-author by the address of GitHub',
      { commits: [{ author: AUTHOR, message: 'Change\n\nCo-Authored-By: A <201+alice@users.noreply.github.com>' }] },
      '`alice` is an author of a commit',
    ],
    [
      'a co-author by the older address of GitHub',
      { commits: [{ author: AUTHOR, message: 'Change\n\nco-authored-by: A <Alice@users.noreply.github.com>\nSigned-off-by: x' }] },
      '`alice` is an author of a commit',
    ],
    [
      'a co-author by a public address',
      { commits: [{ author: AUTHOR, message: 'Change\r\n\r\nCo-authored-by: <not this> <Alice@example.com>\r\n' }] },
      '`alice` is an author of a commit',
    ],
    ['the author by an address without an account', { commits: [{ author: null, email: 'alice@Example.com' }] }, '`alice` is an author'],
  ])('not %s', async (_, change, refusal) => {
    github.people.emails.set('alice', 'alice@example.com');
    github.pull({ ...pull, headSha: NEWER });
    github.pull({ ...pull, ...change });
    const id = github.comment(7, ALICE, line());
    expect(await verdictOn(id)).toContain(refusal);
    github.people.add(READER, 'maintain');
    expect(await verdictOn(github.comment(7, READER, line()))).toBe('approve by reader');
  });

  it('nor a program, whatever its rights', async () => {
    expect(await verdictOn(github.comment(7, HELPER, line()))).toBe('a program wrote the comment: a person must decide');
    expect(await verdictOn(github.comment(7, ALICE, line(), true))).toBe('a program wrote the comment: a person must decide');
    expect(await verdictOn(github.comment(7, ACTIONS_BOT, line()))).toBe('a program wrote the comment: a person must decide');
  });

  it.each<[string, Partial<Pull>, string]>([
    ['the fork is gone', { headRepository: null }, 'the repository of the head is gone, so that nobody can tell who pushed to it'],
    ['its push has no name', { pusher: null, headBranch: 'other' }, 'GitHub does not say who pushed the head of this pull request'],
    [
      'it has more commits than GitHub lists',
      { commits: Array.from({ length: 251 }, () => ({ author: AUTHOR })) },
      'this pull request has more commits than GitHub lists, so that its authors are not known: split it',
    ],
  ])('and nobody at all where %s', async (_, change, refusal) => {
    github.pull({ ...pull, ...change });
    expect(await verdictOn(github.comment(7, ALICE, line()))).toBe(refusal);
  });

  it('of a fork, who pushed there is asked there', async () => {
    github.pull({ ...pull, headRepository: 'stranger/infra', author: STRANGER, pusher: ALICE, commits: [{ author: STRANGER }] });
    expect(await verdictOn(github.comment(7, ALICE, line()))).toContain('`alice` pushed the head');
    expect(await verdictOn(github.comment(7, BOB, line()))).toBe('approve by bob');
  });
});

describe('T52: an approval is for one commit', () => {
  it('a push voids it, for the audit of the old commit and of the new one', async () => {
    const id = github.comment(7, ALICE, line());
    github.pull({ ...pull, headSha: NEWER });
    expect(await verdictOn(id)).toBe(`the pull request has moved on to commit ${NEWER}: decide on that`);
    expect(await approvalsOf({}, NEWER).verify(String(id), request)).toEqual({
      refusal: `it is about commit ${HEAD}, and the head of the pull request is ${NEWER}`,
    });
  });

  it('a push while it is verified voids it', async () => {
    const id = github.comment(7, ALICE, line());
    github.beforeEach = ({ path }) => {
      if (path.endsWith('/pulls/7')) github.pull({ ...pull, headSha: NEWER });
    };
    expect(await verdictOn(id)).toBe(`the pull request has moved on to commit ${NEWER}: decide on that`);
  });

  it('audits that wait on different commits are different', () => {
    expect(approvalsOf().scope).not.toBe(approvalsOf({}, NEWER).scope);
  });

  it('counts for nothing on a pull request that is closed', async () => {
    const id = github.comment(7, ALICE, line());
    github.pull({ ...pull, state: 'closed' });
    expect(await verdictOn(id)).toBe('the pull request is not open');
  });

  it('nor on another resource', async () => {
    const id = github.comment(7, ALICE, line('approve', 'aws_s3_bucket.web'));
    expect(await verdictOn(id)).toBe('it names something else than aws_s3_bucket.logs, or not clearly');
  });
});

describe('T54: replay', () => {
  it('the same id twice is the same approval', async () => {
    const id = github.comment(7, ALICE, line());
    const approvals = approvalsOf();
    expect(await approvals.verify(String(id), request)).toEqual(await approvals.verify(String(id), request));
    expect(approvals.answerTo(String(id))).toBeNull();
  });
});

describe('T55: a signal is a hint', () => {
  it.each(['999999', '0', '-1', '1e3', '../7', '', 'alice', '9'.repeat(40)])('an id that was made up (%j) has no effect', async (id) => {
    expect(await verdictOn(id)).toBe('the comment is gone');
  });

  it('an id of a comment elsewhere has no effect', async () => {
    github.pull({ ...pull, number: 8 });
    expect(await verdictOn(github.comment(8, ALICE, line()))).toBe('the comment is on another pull request');
    expect(await verdictOn(github.comment(7, ALICE, 'fine with me'))).toBe('the comment holds no command');
  });

  it('a comment that was edited has no effect, by whomever and however soon', async () => {
    const changed = github.comment(7, ALICE, 'fine with me');
    github.editComment(changed, line());
    const atOnce = github.comment(7, ALICE, 'fine with me');
    github.editComment(atOnce, line(), 'once');
    expect(await verdictOn(changed)).toBe('the comment was edited: write a new one');
    expect(await verdictOn(atOnce)).toBe('the comment was edited: write a new one');
  });

  it('one that was removed, or whose author lost the permission, has no effect any more', async () => {
    const id = github.comment(7, ALICE, line());
    expect(await verdictOn(id)).toBe('approve by alice');
    github.people.add(ALICE, 'read');
    expect(await verdictOn(id)).toContain('may not decide');
    github.people.add(ALICE, 'write');
    github.removeComment(id);
    expect(await verdictOn(id)).toBe('the comment is gone');
  });
});

describe('T56: an approval ends', () => {
  it('after the deadline by the clock of GitHub, to the second', async () => {
    const id = github.comment(7, ALICE, line());
    github.wait(DAY);
    expect(await verdictOn(id)).toBe('approve by alice');
    github.wait(1);
    expect(await verdictOn(id)).toBe('the comment is older than 24 hours, which is as long as a decision holds: write a new one');
  });

  it('a reject ends too, and leaves the finding as it was', async () => {
    github.comment(7, BOB, line('reject'));
    github.wait(DAY);
    const id = github.comment(7, ALICE, line());
    github.wait(10);
    expect(await verdictOn(id)).toBe('approve by alice');
  });

  it('does not count where GitHub does not say what time it is', async () => {
    const id = github.comment(7, ALICE, line());
    github.hasClock = false;
    expect(await verdictOn(id)).toBe('GitHub does not say how old the comment is');
  });
});
