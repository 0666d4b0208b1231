import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMENT_MARKER, nextStep, publishComment } from '../../src/github/comment.ts';
import type { Comment, CommentRequest } from '../../src/github/comment.ts';
import { ACTIONS_BOT, FakeGitHub } from '../support/github-server.ts';
import type { Fault, User } from '../support/github-server.ts';
import { clientFor } from './client-for.ts';

const HEAD = 'a'.repeat(40);
const NEWER = 'b'.repeat(40);
const BASE = 'c'.repeat(40);
const MALLORY: User = { id: 666, login: 'mallory', type: 'User' };
const DEPENDABOT: User = { id: 49_699_333, login: 'dependabot[bot]', type: 'Bot' };

let github: FakeGitHub;

beforeEach(async () => {
  github = await FakeGitHub.start();
  github.pull({ number: 7, headSha: HEAD, baseSha: BASE });
});

afterEach(() => github.close());

function publish(text: string, overrides: Partial<CommentRequest> = {}, client = clientFor(github).client) {
  return publishComment(client, { number: 7, headSha: HEAD, text, create: true, fork: false, ...overrides });
}

function bodies(): string[] {
  return github.comments(7).map(({ body }) => body);
}

function writes(): string[] {
  return github.requests
    .filter(({ method, path }) => method !== 'GET' && path !== '/graphql')
    .map(({ method, path, status }) => `${method} ${path.replace('/repos/octo/infra', '')} ${status}`);
}

function marked(text: string): string {
  return `${COMMENT_MARKER}\n${text}`;
}

describe('one comment, updated in place', () => {
  it('creates it with the marker as its first line', async () => {
    expect(await publish('2 findings')).toEqual({
      delivered: { outcome: 'created', url: 'https://github.com/octo/infra/pull/7#issuecomment-1000' },
    });
    expect(bodies()).toEqual([marked('2 findings')]);
    expect(github.requests.map(({ method, path }) => `${method} ${path.replace('/repos/octo/infra', '')}`)).toEqual([
      'GET /issues/7/comments?per_page=100&page=1',
      'GET /pulls/7',
      'POST /issues/7/comments',
      'GET /issues/7/comments?per_page=100&page=1',
      'GET /pulls/7',
    ]);
  });

  it('updates the one of an earlier run', async () => {
    await publish('2 findings');
    expect(await publish('nothing found')).toMatchObject({ delivered: { outcome: 'updated' } });
    expect(bodies()).toEqual([marked('nothing found')]);
    expect(writes()).toEqual(['POST /issues/7/comments 201', 'PATCH /issues/comments/1000 200']);
  });

  it('writes nothing when it says the same already', async () => {
    await publish('2 findings');
    expect(await publish('2 findings')).toMatchObject({ delivered: { outcome: 'unchanged' } });
    expect(writes()).toEqual(['POST /issues/7/comments 201']);
  });

  it('finds it behind 250 others', async () => {
    for (let index = 0; index < 250; index += 1) github.comment(7, MALLORY, `remark ${index}`);
    const id = github.comment(7, ACTIONS_BOT, marked('old'));
    await publish('new');
    expect(writes()).toEqual([`PATCH /issues/comments/${id} 200`]);
    expect(github.requests.map(({ path }) => path)).toContain('/repos/octo/infra/issues/7/comments?per_page=100&page=3');
  });

  it('creates none when none is wanted, but keeps one that is there up to date', async () => {
    expect(await publish('all well', { create: false })).toEqual({ delivered: { outcome: 'not-needed', url: null } });
    expect(bodies()).toEqual([]);
    await publish('2 findings');
    await publish('all well', { create: false });
    expect(bodies()).toEqual([marked('all well')]);
  });
});

describe('whose comment it is', () => {
  it('leaves a marker of somebody else alone', async () => {
    github.comment(7, MALLORY, marked('all is well, merge me'));
    github.comment(7, DEPENDABOT, marked('bump'));
    await publish('2 findings');
    expect(bodies()).toEqual([marked('all is well, merge me'), marked('bump'), marked('2 findings')]);
  });

  it('leaves own comments with the marker further down or quoted alone', async () => {
    github.comment(7, ACTIONS_BOT, `another workflow\n${COMMENT_MARKER}`);
    github.comment(7, ACTIONS_BOT, `> ${COMMENT_MARKER}`);
    await publish('2 findings');
    expect(bodies()).toEqual([`another workflow\n${COMMENT_MARKER}`, `> ${COMMENT_MARKER}`, marked('2 findings')]);
  });

  it('knows its own by the user of another token', async () => {
    github.actor = { id: 99, login: 'release-helper', type: 'User' };
    github.comment(7, ACTIONS_BOT, marked('of the job token'));
    await publish('first');
    await publish('second');
    expect(bodies()).toEqual([marked('of the job token'), marked('second')]);
  });

  it('takes the job token for itself on a server that has no GraphQL', async () => {
    github.comment(7, MALLORY, marked('spoofed'));
    const own = github.comment(7, ACTIONS_BOT, marked('old'));
    const { client } = clientFor(github, { graphqlUrl: `${github.url}/none` });
    await publish('new', {}, client);
    expect(writes()).toEqual(['POST /none 404', `PATCH /issues/comments/${own} 200`]);
  });
});

describe('other runs at the same time', () => {
  it('writes nothing over the comment of a newer head', async () => {
    github.comment(7, ACTIONS_BOT, marked('of the newer head'));
    github.pull({ number: 7, headSha: NEWER, baseSha: BASE });
    expect(await publish('of the older head')).toMatchObject({ delivered: { outcome: 'superseded' } });
    expect(bodies()).toEqual([marked('of the newer head')]);
  });

  it('looks at the head again before it repeats a write', async () => {
    github.fault({ method: 'POST', path: /\/issues\/7\/comments$/u, when: 'before', as: 502 });
    github.beforeEach = ({ method }) => {
      if (method === 'POST') github.pull({ number: 7, headSha: NEWER, baseSha: BASE });
    };
    expect(await publish('of the older head')).toMatchObject({ delivered: { outcome: 'superseded' } });
    expect(bodies()).toEqual([]);
  });

  it('removes the second of two that were created at once, and keeps the older', async () => {
    github.comment(7, ACTIONS_BOT, marked('one'));
    github.comment(7, ACTIONS_BOT, marked('two'));
    await publish('three');
    expect(github.comments(7).map(({ id, body }) => [id, body])).toEqual([[1000, marked('three')]]);
  });

  it('leaves one comment, of the newer head, in whatever order the requests of two runs arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, seeded) => {
        for (const { id } of github.comments(7)) github.removeComment(id);
        if (seeded) github.comment(7, ACTIONS_BOT, marked('of an earlier run'));
        github.pull({ number: 7, headSha: NEWER, baseSha: BASE });
        github.beforeEach = () => scheduler.schedule(Promise.resolve());
        const runs = Promise.all([
          publish('of the older head'),
          publish('of the newer head', { headSha: NEWER }),
          publish('of the newer head', { headSha: NEWER }),
        ]);
        await scheduler.waitFor(runs);
        expect(bodies()).toEqual([marked('of the newer head')]);
      }),
      { numRuns: 25 },
    );
  });

  it('leaves the comment of the newer head when it arrives, and its run ends, before any request of the older run', async () => {
    for (const earlier of [null, 'of an earlier run']) {
      for (let moved = 0; moved < 7; moved += 1) {
        for (const { id } of github.comments(7)) github.removeComment(id);
        if (earlier !== null) github.comment(7, ACTIONS_BOT, marked(earlier));
        github.pull({ number: 7, headSha: HEAD, baseSha: BASE });
        let seen = -1;
        let arrived = false;
        github.beforeEach = async ({ method }) => {
          seen += 1;
          // An update under way cannot be called back: that one place is left out.
          if (seen < moved || method === 'PATCH') return;
          github.beforeEach = () => {};
          arrived = true;
          github.pull({ number: 7, headSha: NEWER, baseSha: BASE });
          await publish('of the newer head', { headSha: NEWER });
        };
        await publish('of the older head');
        expect({ earlier, moved, bodies: bodies() }).toEqual({
          earlier,
          moved,
          bodies: [marked(arrived ? 'of the newer head' : 'of the older head')],
        });
      }
    }
  });
});

describe('answers that are lost, late or broken', () => {
  const requests = [
    ['head', 'GET', /\/pulls\/7$/u],
    ['list', 'GET', /\/issues\/7\/comments$/u],
    ['identity', 'POST', /\/graphql$/u],
    ['create', 'POST', /\/issues\/7\/comments$/u],
    ['update', 'PATCH', /\/issues\/comments\/[0-9]+$/u],
    ['remove', 'DELETE', /\/issues\/comments\/[0-9]+$/u],
  ] as const;
  const failures = [
    500,
    502,
    503,
    'reset',
    'cut',
    { status: 200, json: { unexpected: true } },
    limited(429, '1'),
    limited(403, '1'),
  ] as const satisfies readonly Fault['as'][];

  for (const [name, method, path] of requests) {
    for (const when of ['before', 'after'] as const) {
      for (const as of failures) {
        // A rate limit is only ever answered before the effect.
        if (when === 'after' && typeof as === 'object' && as.status !== 200) continue;
        it(`${name} answers ${typeof as === 'object' ? as.status : as} ${when} its effect: exactly one comment, with the last text`, async () => {
          github.fault({ method, path, when, as });
          await publish('first');
          if (name === 'remove') github.comment(7, ACTIONS_BOT, marked('a second one'));
          expect(await publish('second')).toMatchObject({ delivered: {} });
          expect(bodies()).toEqual([marked('second')]);
          expect(github.requests.some((request) => request.method === method && path.test(request.path.split('?')[0] ?? ''))).toBe(true);
        });
      }
    }
  }

  it('does not answer: is given up on and looked for', async () => {
    github.fault({ method: 'POST', path: /\/issues\/7\/comments$/u, when: 'after', as: 'hang' });
    const { client } = clientFor(github, { attemptMilliseconds: 150 });
    expect(await publish('2 findings', {}, client)).toMatchObject({ delivered: { outcome: 'created' } });
    expect(bodies()).toEqual([marked('2 findings')]);
  });

  it('every pair of faults leaves exactly one comment', async () => {
    const places = requests.flatMap(([, method, path]) => [
      { method, path, when: 'before', as: 502 } as const,
      { method, path, when: 'after', as: 'reset' } as const,
    ]);
    for (const one of places) {
      for (const other of places) {
        const fresh = await FakeGitHub.start();
        fresh.pull({ number: 7, headSha: HEAD, baseSha: BASE });
        fresh.fault(one);
        fresh.fault(other);
        const request = { number: 7, headSha: HEAD, create: true, fork: false };
        const first = await publishComment(clientFor(fresh).client, { ...request, text: 'first' });
        const second = await publishComment(clientFor(fresh).client, { ...request, text: 'second' });
        const left = fresh.comments(7).map(({ body }) => body);
        expect({ one, other, first, second, left }).toMatchObject({
          one,
          other,
          first: { delivered: {} },
          second: { delivered: {} },
          left: [marked('second')],
        });
        await fresh.close();
      }
    }
  });

  it('a list that lags behind does not lead to a second comment', async () => {
    github.lag(3);
    await publish('2 findings');
    expect(bodies()).toEqual([marked('2 findings')]);
    expect(writes()).toEqual(['POST /issues/7/comments 201']);
  });

  it('a comment deleted between look and write is written again', async () => {
    const id = github.comment(7, ACTIONS_BOT, marked('old'));
    github.beforeEach = ({ method }) => {
      if (method === 'PATCH') github.removeComment(id);
    };
    await publish('new');
    expect(bodies()).toEqual([marked('new')]);
  });
});

describe('what GitHub refuses becomes one sentence', () => {
  const notice = async (overrides: Partial<CommentRequest> = {}, client = clientFor(github).client) => {
    const result = await publish('x', overrides, client);
    return 'notice' in result ? result.notice : `delivered: ${result.delivered.outcome}`;
  };

  it('without the permission: names the line to add', async () => {
    github.permissions = { contents: 'read' };
    expect(await notice()).toBe(
      'The summary comment was not written: the token may not do this. Add the line `pull-requests: write` under `permissions:` of the job. ' +
        '(GitHub said: Resource not accessible by integration; it accepts issues=write; pull_requests=write)',
    );
    expect(writes()).toEqual(['POST /issues/7/comments 403']);
  });

  it('in a private repository as well, where even looking needs it', async () => {
    github.permissions = { contents: 'read' };
    github.visibility = 'private';
    expect(await notice()).toContain('Add the line `pull-requests: write` under `permissions:` of the job.');
  });

  it('on a fork: says that no permission helps', async () => {
    github.permissions = { contents: 'read', issues: 'read', 'pull-requests': 'read' };
    expect(await notice({ fork: true })).toBe(
      'The summary comment was not written: `pull-requests: write` is never granted to a pull request from a fork, so its token can only read. ' +
        'The whole report is in the job summary. (GitHub said: Resource not accessible by integration)',
    );
  });

  it('comments with `issues: write` alone', async () => {
    github.permissions = { contents: 'read', issues: 'write' };
    github.visibility = 'private';
    expect(await notice()).toBe('delivered: created');
  });

  it('too long', async () => {
    expect(await notice({ text: 'x'.repeat(65_537 - COMMENT_MARKER.length) })).toBe(
      'The summary comment was not written: it is longer than GitHub takes. The whole report is in the job summary. ' +
        '(GitHub said: Validation Failed; Body is too long (maximum is 65536 characters))',
    );
    expect(await notice({ text: 'x'.repeat(65_535 - COMMENT_MARKER.length) })).toBe('delivered: created');
  });

  it('a bad token', async () => {
    expect(await notice({}, clientFor(github, { token: 'ghs_expired' }).client)).toBe(
      "The summary comment was not written: the token is missing or no longer valid. Leave the input `github-token` out to use the job's own. (GitHub said: Bad credentials)",
    );
  });

  it('no token', async () => {
    expect(await notice({}, clientFor(github, { token: null }).client)).toContain('the token is missing or no longer valid');
  });

  it('no such pull request', async () => {
    expect(await notice({ number: 8 })).toContain('the pull request, commit or repository is gone, or the token cannot see it');
  });

  it('a locked conversation', async () => {
    github.pull({ number: 7, headSha: HEAD, baseSha: BASE, locked: true });
    expect(await notice()).toContain('the conversation is locked; unlock it, or set `comment: never`');
  });

  it('GitHub is down all the time: gives up, and the comment of the earlier run stays', async () => {
    github.comment(7, ACTIONS_BOT, marked('old'));
    github.fault({ method: 'PATCH', path: /./u, when: 'before', as: 503, times: 1000 });
    expect(await notice()).toBe(
      'The summary comment was not written: GitHub answered 503; run it again, or see https://www.githubstatus.com.',
    );
    expect(bodies()).toEqual([marked('old')]);
  });

  it('a rate limit that lasts longer than the run may: says so at once', async () => {
    github.fault({ method: 'POST', path: /\/comments$/u, when: 'before', as: limited(403, '900') });
    const { client, waits } = clientFor(github);
    expect(await notice({}, client)).toContain('asks to wait 900 s, which is longer than this run may');
    expect(waits).toEqual([]);
  });
});

describe('the next step', () => {
  const own = (id: number, body: string): Comment => ({ id, body, html_url: '', updated_at: '', user: null });
  const isRight = ({ body }: Comment) => body === 'right';
  const situation = { own: [] as Comment[], isRight, create: true, superseded: false, created: null as number | null };

  it('updates before it removes, and removes the newest first', () => {
    expect(nextStep({ ...situation, own: [own(1, 'wrong'), own(2, 'right')] })).toEqual({ kind: 'update', id: 1 });
    expect(nextStep({ ...situation, own: [own(1, 'right'), own(2, 'x'), own(3, 'y')] })).toEqual({ kind: 'remove', id: 3 });
    expect(nextStep({ ...situation, own: [own(1, 'right')] })).toEqual({ kind: 'done' });
  });

  it('of a superseded run takes back its own second comment only', () => {
    const superseded = { ...situation, superseded: true };
    expect(nextStep({ ...superseded, own: [own(1, 'theirs'), own(2, 'right')], created: 2 })).toEqual({ kind: 'remove', id: 2 });
    expect(nextStep({ ...superseded, own: [own(1, 'right'), own(2, 'theirs')], created: 1 })).toEqual({ kind: 'done' });
    expect(nextStep({ ...superseded, own: [own(1, 'theirs'), own(2, 'theirs')] })).toEqual({ kind: 'done' });
    expect(nextStep(superseded)).toEqual({ kind: 'done' });
  });
});

function limited(status: number, retryAfter: string) {
  return { status, json: { message: 'You have exceeded a secondary rate limit.' }, headers: { 'retry-after': retryAfter } };
}
