import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nextSteps, publishReview } from '../../src/github/review.ts';
import type { ReviewRequest, Standing } from '../../src/github/review.ts';
import { changedFiles } from '../../src/github/pull-request.ts';
import { closedSuggestion } from '../../src/report/suggestions.ts';
import type { Suggestion, SuggestionPlan } from '../../src/report/suggestions.ts';
import { ACTIONS_BOT, FakeGitHub } from '../support/github-server.ts';
import type { Fault, User } from '../support/github-server.ts';
import { clientFor } from './client-for.ts';

const HEAD = 'a'.repeat(40);
const NEWER = 'b'.repeat(40);
const BASE = 'c'.repeat(40);
const MALLORY: User = { id: 666, login: 'mallory', type: 'User' };
const TEXT = Array.from({ length: 60 }, (_, index) => `line_${index + 1} = true\n`).join('');

let github: FakeGitHub;

beforeEach(async () => {
  github = await FakeGitHub.start();
  open(github);
});
afterEach(() => github.close());

function open(fake: FakeGitHub): void {
  fake.pull({ number: 7, headSha: HEAD, baseSha: BASE });
  fake.reviews.setFiles(7, [{ filename: 'main.tf', before: null, after: TEXT }]);
}

/** For the resource of this name, on its line. */
function suggestion(name: string, line: number, overrides: Partial<Suggestion> = {}): Suggestion {
  const subject = Buffer.from(name.padEnd(8, '-')).toString('hex');
  const body = `Close what was found of ${name}:\n\n\`\`\`suggestion\nline_${line} = false\n\`\`\``;
  return { file: 'main.tf', startLine: line, endLine: line, subject, content: subject.replace(/^../u, '00'), body, ...overrides };
}

const ONE = suggestion('one', 3);
const TWO = suggestion('two', 9, { endLine: 11 });

function planOf(suggestions: readonly Suggestion[], fate: ReturnType<SuggestionPlan['fateOf']> = 'fixed'): SuggestionPlan {
  return { suggestions, unplaced: 0, fateOf: () => fate };
}

function publish(plan: SuggestionPlan, overrides: Partial<ReviewRequest> = {}, client = clientFor(github).client) {
  return publishReview(client, { number: 7, headSha: HEAD, fork: false, plan, ...overrides });
}

function marker({ subject, content }: Suggestion): string {
  return `<!-- infrastructure-security-agent suggestion ${subject} ${content} -->`;
}

/** Lines and what stands there, without replies. */
function standing(fake = github): string[] {
  return fake.reviews
    .of(7)
    .filter(({ inReplyTo }) => inReplyTo === null)
    .map(({ startLine, line, body, user }) => `${user.login} ${startLine ?? line}-${line} ${body}`);
}

function as(suggestion: Suggestion): string {
  return `${ACTIONS_BOT.login} ${suggestion.startLine}-${suggestion.endLine} ${marker(suggestion)}\n${suggestion.body}`;
}

function writes(): string[] {
  return github.requests
    .filter(({ method, path }) => method !== 'GET' && path !== '/graphql')
    .map(({ method, path, status }) => `${method} ${path.replace('/repos/octo/infra', '')} ${status}`);
}

const DONE = { delivered: { superseded: false, refused: 0 } };

describe('suggestions beside the changed lines', () => {
  it('are posted as one review of the head commit', async () => {
    expect(await publish(planOf([ONE, TWO]))).toEqual(DONE);
    expect(standing()).toEqual([as(ONE), as(TWO)]);
    expect(writes()).toEqual(['POST /pulls/7/reviews 200']);
    const sent = github.requests.find(({ method }) => method === 'POST');
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({ commit_id: HEAD, event: 'COMMENT' });
  });

  it('are not posted again while nothing changes, nor when only other lines do', async () => {
    await publish(planOf([ONE]));
    github.pull({ number: 7, headSha: NEWER, baseSha: BASE });
    github.reviews.setFiles(7, [{ filename: 'main.tf', before: null, after: `# new\n${TEXT}` }]);
    await publish(planOf([{ ...ONE, startLine: 4, endLine: 4 }]), { headSha: NEWER });
    expect(standing()).toEqual([as({ ...ONE, startLine: 4, endLine: 4 })]);
    expect(writes()).toEqual(['POST /pulls/7/reviews 200']);
  });

  it('are posted one by one as they are found, beside those that are there', async () => {
    await publish(planOf([ONE]));
    await publish(planOf([ONE, TWO]));
    expect(standing()).toEqual([as(ONE), as(TWO)]);
    expect(writes()).toEqual(['POST /pulls/7/reviews 200', 'POST /pulls/7/reviews 200']);
  });

  it('are removed when their finding is gone, as after one was committed', async () => {
    await publish(planOf([ONE, TWO]));
    github.pull({ number: 7, headSha: NEWER, baseSha: BASE });
    github.reviews.setFiles(7, [{ filename: 'main.tf', before: null, after: TEXT.replace('line_3 = true', 'line_3 = false') }]);
    await publish(planOf([TWO]), { headSha: NEWER });
    expect(standing()).toEqual([as(TWO)]);
    expect(writes().slice(1)).toEqual(['DELETE /pulls/comments/2000 204']);
  });

  it.each(['fixed', 'changed'] as const)('are closed by an edit when somebody replied, once (%s)', async (fate) => {
    await publish(planOf([ONE]));
    github.reviews.add({ pull: 7, user: MALLORY, body: 'why?', inReplyTo: 2000 });
    await publish(planOf([], fate));
    await publish(planOf([], fate));
    expect(standing()).toEqual([`${ACTIONS_BOT.login} 3-3 ${marker(ONE)}\n${closedSuggestion(fate)}`]);
    expect(writes().slice(1)).toEqual(['PATCH /pulls/comments/2000 200']);

    await publish(planOf([ONE]));
    expect(standing()).toEqual([as(ONE)]);
  });

  it('stay as they are while it is not known whether their finding is gone', async () => {
    await publish(planOf([ONE]));
    await publish(planOf([], 'unknown'));
    expect(standing()).toEqual([as(ONE)]);
  });

  it('are replaced when another change is suggested for the resource', async () => {
    await publish(planOf([ONE]));
    const other = { ...ONE, content: 'f'.repeat(16), body: 'another' };
    await publish(planOf([other], 'changed'));
    expect(standing()).toEqual([as(other)]);
  });

  it('are worded anew in place', async () => {
    await publish(planOf([ONE]));
    await publish(planOf([{ ...ONE, body: 'Now HIGH.' }]));
    expect(standing()).toEqual([as({ ...ONE, body: 'Now HIGH.' })]);
    expect(writes().slice(1)).toEqual(['PATCH /pulls/comments/2000 200']);
  });

  it('are posted anew where the old place is out of date, and what was said there stays', async () => {
    for (const replied of [false, true]) {
      const fresh = await FakeGitHub.start();
      open(fresh);
      await publish(planOf([ONE]), {}, clientFor(fresh).client);
      if (replied) fresh.reviews.add({ pull: 7, user: MALLORY, body: 'why?', inReplyTo: 2000 });
      const doubled = TEXT.replace('line_2 = true\n', 'line_3 = true\nline_2 = true\n');
      fresh.reviews.setFiles(7, [{ filename: 'main.tf', before: null, after: doubled }]);
      expect(fresh.reviews.of(7)[0]?.line).toBe(null);
      const moved = { ...ONE, startLine: 4, endLine: 4 };
      await publish(planOf([moved]), {}, clientFor(fresh).client);
      await publish(planOf([moved]), {}, clientFor(fresh).client);
      const closed = `${ACTIONS_BOT.login} null-null ${marker(ONE)}\n${closedSuggestion('changed')}`;
      expect(standing(fresh)).toEqual(replied ? [closed, as(moved)] : [as(moved)]);
      await fresh.close();
    }
  });

  it('are found behind 250 other comments', async () => {
    for (let index = 0; index < 250; index += 1) github.reviews.add({ pull: 7, user: MALLORY, body: `remark ${index}` });
    await publish(planOf([ONE]));
    await publish(planOf([]));
    expect(standing().filter((each) => each.startsWith(ACTIONS_BOT.login))).toEqual([]);
  });
});

describe('whose comment it is', () => {
  it('leaves a marker of somebody else, or further down, or of a reply alone', async () => {
    github.reviews.add({ pull: 7, user: MALLORY, body: `${marker(ONE)}\n${ONE.body}` });
    github.reviews.add({ pull: 7, user: ACTIONS_BOT, body: `> quoted\n${marker(ONE)}` });
    github.reviews.add({ pull: 7, user: ACTIONS_BOT, body: `${marker(ONE)} and more` });
    github.reviews.add({ pull: 7, user: ACTIONS_BOT, body: `${marker(TWO)}\nreply`, inReplyTo: 2000 });
    await publish(planOf([ONE]));
    expect(standing().at(-1)).toBe(as(ONE));
    await publish(planOf([]));
    expect(github.reviews.of(7).map(({ id }) => id)).toEqual([2000, 2001, 2002, 2003]);
  });
});

describe('other runs at the same time', () => {
  it('leaves the pull request to the run of a newer head', async () => {
    await publish(planOf([ONE]));
    github.pull({ number: 7, headSha: NEWER, baseSha: BASE });
    expect(await publish(planOf([TWO]))).toEqual({ delivered: { superseded: true, refused: 0 } });
    expect(standing()).toEqual([as(ONE)]);
  });

  it('leaves each suggestion once, in whatever order the requests of two runs arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        for (const { id } of github.reviews.of(7)) github.reviews.remove(id);
        github.beforeEach = () => scheduler.schedule(Promise.resolve());
        await scheduler.waitFor(Promise.all([publish(planOf([ONE, TWO])), publish(planOf([ONE, TWO]))]));
        expect(standing().toSorted()).toEqual([as(ONE), as(TWO)].toSorted());
      }),
      { numRuns: 25 },
    );
  });

  it('keeps the one of two that somebody replied to', async () => {
    for (const one of [1, 2]) github.reviews.add({ pull: 7, user: ACTIONS_BOT, body: `${marker(ONE)}\n${ONE.body}`, line: 3, review: one });
    github.reviews.add({ pull: 7, user: MALLORY, body: 'thanks', inReplyTo: 2001 });
    await publish(planOf([ONE]));
    expect(github.reviews.of(7).map(({ id }) => id)).toEqual([2001, 2002]);
  });
});

describe('answers that are lost, late or broken', () => {
  const requests = [
    ['list', 'GET', /\/pulls\/7\/comments$/u],
    ['head', 'GET', /\/pulls\/7$/u],
    ['review', 'POST', /\/reviews$/u],
    ['update', 'PATCH', /\/pulls\/comments\/[0-9]+$/u],
    ['remove', 'DELETE', /\/pulls\/comments\/[0-9]+$/u],
  ] as const;
  const faults = requests.flatMap(([name, method, path]) =>
    (['before', 'after'] as const).flatMap((when) =>
      ([502, 'reset', 'cut', { status: 200, json: { unexpected: true } }] as const satisfies readonly Fault['as'][]).map(
        (how) => [`${name} ${typeof how === 'object' ? 'unexpected' : how} ${when} its effect`, { method, path, when, as: how }] as const,
      ),
    ),
  );

  it.each(faults)('%s: each suggestion once, in its last words', async (_, fault) => {
    const three = suggestion('three', 20);
    await publish(planOf([ONE, TWO]));
    github.fault(fault);
    const last = { ...ONE, body: 'last words' };
    expect(await publish(planOf([last, three]))).toEqual(DONE);
    expect(standing()).toEqual([as(last), as(three)]);
  });

  it('a list that still shows what was removed does not lead to a second removal', async () => {
    await publish(planOf([ONE]));
    const { items } = await clientFor(github).client.pages('/pulls/7/comments', 1, z.array(z.unknown()));
    github.beforeEach = ({ method }) => {
      if (method === 'DELETE')
        github.fault({ method: 'GET', path: /\/pulls\/7\/comments$/u, when: 'before', as: { status: 200, json: items } });
    };
    expect(await publish(planOf([]))).toEqual(DONE);
    expect(writes().slice(1)).toEqual(['DELETE /pulls/comments/2000 204']);
  });

  it('one that is deleted between look and write is posted again', async () => {
    await publish(planOf([ONE]));
    github.beforeEach = ({ method }) => {
      if (method === 'PATCH') github.reviews.remove(2000);
    };
    const last = { ...ONE, body: 'last words' };
    expect(await publish(planOf([last]))).toEqual(DONE);
    expect(standing()).toEqual([as(last)]);
  });
});

describe('what GitHub refuses', () => {
  it('of one suggestion does not lose the others', async () => {
    const outside = suggestion('outside', 61);
    const elsewhere = suggestion('elsewhere', 3, { file: 'other.tf' });
    expect(await publish(planOf([ONE, outside, TWO, elsewhere]))).toEqual({ delivered: { superseded: false, refused: 2 } });
    expect(standing()).toEqual([as(ONE), as(TWO)]);
  });

  it('altogether is given up on', async () => {
    const all = Array.from({ length: 30 }, (_, index) => suggestion(`r${index}`, 100 + index));
    const delivery = await publish(planOf(all));
    expect(delivery).toEqual({
      notice:
        'The suggestions were not brought up to date: GitHub found it invalid. (GitHub said: Unprocessable Entity; Pull request review thread line must be ' +
        "part of the diff and Pull request review thread diff hunk can't be blank)",
    });
    expect(writes().length).toBeLessThan(15);
  });

  it('without the permission becomes a sentence with the line to add', async () => {
    github.permissions = { contents: 'read', issues: 'write' };
    expect(await publish(planOf([ONE]))).toEqual({
      notice: expect.stringContaining('Add the line `pull-requests: write` under `permissions:` of the job.') as string,
    });
  });

  it('in a locked conversation names the setting', async () => {
    github.pull({ number: 7, headSha: HEAD, baseSha: BASE, locked: true });
    expect(await publish(planOf([ONE]))).toEqual({ notice: expect.stringContaining('the conversation is locked; unlock it') as string });
  });
});

describe('the steps', () => {
  const one: Standing = {
    id: 1,
    subject: ONE.subject,
    content: ONE.content,
    body: `${marker(ONE)}\n${ONE.body}`,
    outdated: false,
    replied: false,
  };
  const situation = { standing: [] as Standing[], wanted: [ONE], posted: new Set<string>(), fateOf: () => 'fixed' as const };

  it('post what this run has not posted, though a list does not show it yet', () => {
    expect(nextSteps(situation)).toEqual([{ kind: 'post', suggestions: [ONE] }]);
    expect(nextSteps({ ...situation, posted: new Set([ONE.content]) })).toEqual([]);
  });

  it('take a text for the same that GitHub stored with other line ends', () => {
    expect(nextSteps({ ...situation, standing: [{ ...one, body: `${one.body.replaceAll('\n', '\r\n')}\n` }] })).toEqual([]);
  });

  it('post before they remove', () => {
    expect(nextSteps({ ...situation, standing: [{ ...one, id: 5, content: 'f'.repeat(16) }] }).map(({ kind }) => kind)).toEqual([
      'post',
      'remove',
    ]);
  });
});

describe('the files of a pull request', () => {
  it('are read page by page, without a diff where GitHub leaves it out', async () => {
    const many = Array.from({ length: 130 }, (_, index) => ({
      filename: `f${index}.tf`,
      before: null,
      after: 'a\n',
      large: index === 129,
    }));
    github.reviews.setFiles(7, many);
    const files = await changedFiles(clientFor(github).client, 7);
    expect(files.map(({ file }) => file)).toEqual(many.map(({ filename }) => filename));
    expect(files.slice(-2)).toEqual([
      { file: 'f128.tf', patch: '@@ -0,0 +1,1 @@\n+a' },
      { file: 'f129.tf', patch: null },
    ]);
  });
});
