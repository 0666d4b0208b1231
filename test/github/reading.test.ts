import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readFileAt } from '../../src/github/base-file.ts';
import { GitHubError } from '../../src/github/client.ts';
import { proposedCommit } from '../../src/github/pull-request.ts';
import { FakeGitHub } from '../support/github-server.ts';
import { clientFor } from './client-for.ts';

const HEAD = 'a'.repeat(40);
const BASE = 'c'.repeat(40);
const POLICY = '.github/infra-audit.yml';

let github: FakeGitHub;

beforeEach(async () => {
  github = await FakeGitHub.start();
});
afterEach(() => github.close());

describe('a file at a commit', () => {
  it('is read as it is there, and not as it is elsewhere', async () => {
    github.commit(BASE, { [POLICY]: 'version: 1\n# für alle\n' });
    github.commit(HEAD, { [POLICY]: 'version: 1\nfail-on: none\n' });
    expect(await readFileAt(clientFor(github).client, POLICY, BASE)).toEqual({ kind: 'found', text: 'version: 1\n# für alle\n' });
    expect(github.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /repos/octo/infra/contents/.github/infra-audit.yml?ref=${BASE}`,
    ]);
  });

  it('that is not there is absent, once the commit itself was seen', async () => {
    github.commit(BASE, { 'main.tf': '' });
    expect(await readFileAt(clientFor(github).client, POLICY, BASE)).toEqual({ kind: 'absent' });
    expect(github.requests.map(({ path }) => path)).toContain(`/repos/octo/infra/git/commits/${BASE}`);
  });

  it('of a commit that cannot be seen is unreadable, not absent', async () => {
    expect(await readFileAt(clientFor(github).client, POLICY, BASE)).toEqual({
      kind: 'unreadable',
      reason:
        `${POLICY} at commit cccccccccccc could not be read: the pull request, commit or repository is gone, or the token cannot see it. ` +
        `A private repository needs the line \`contents: read\` under \`permissions:\` of the job. (GitHub said: No commit found for the ref ${BASE})`,
    });
  });

  it('without the permission is unreadable and names the line to add', async () => {
    github.commit(BASE, { [POLICY]: 'version: 1\n' });
    github.visibility = 'private';
    github.permissions = { 'pull-requests': 'write' };
    expect(await readFileAt(clientFor(github).client, POLICY, BASE)).toEqual({
      kind: 'unreadable',
      reason: expect.stringContaining('Add the line `contents: read` under `permissions:` of the job.') as string,
    });
  });

  it('in a name with spaces and signs', async () => {
    github.commit(BASE, { 'infra/a b#?%.yml': 'x' });
    expect(await readFileAt(clientFor(github).client, 'infra/a b#?%.yml', BASE)).toEqual({ kind: 'found', text: 'x' });
  });

  it('that is a folder, too large, or not text is unreadable', async () => {
    github.commit(BASE, { 'folder/x': '', large: 'x'.repeat(1_000_001), bytes: Buffer.from([0xff, 0xfe]) });
    const { client } = clientFor(github);
    expect(await readFileAt(client, 'folder', BASE)).toMatchObject({
      reason: 'folder at commit cccccccccccc is not a file: commit it as a regular file',
    });
    expect(await readFileAt(client, 'large', BASE)).toMatchObject({
      reason: 'large at commit cccccccccccc is too large to be read: it must be smaller than 1 MB',
    });
    expect(await readFileAt(client, 'bytes', BASE)).toMatchObject({
      reason: 'bytes at commit cccccccccccc is not UTF-8 text: save it as UTF-8',
    });
  });
});

describe('what a pull request proposes', () => {
  const MERGE = 'e'.repeat(40);
  const seen = (parents: readonly string[]) => {
    github.fault({
      method: 'GET',
      path: /\/git\/ref\/pull\/7\/merge$/u,
      when: 'before',
      as: { status: 200, json: { object: { sha: MERGE } } },
    });
    const json = { sha: MERGE, parents: parents.map((sha) => ({ sha })) };
    github.fault({ method: 'GET', path: /\/git\/commits\//u, when: 'before', as: { status: 200, json } });
    return proposedCommit(clientFor(github).client, 7, HEAD);
  };

  it('is the merge of its head, as a runner checks it out', async () => {
    expect(await seen([BASE, HEAD])).toBe(MERGE);
  });

  it('is the head where the merge is of another one, or there is none', async () => {
    expect(await seen([BASE, 'f'.repeat(40)])).toBe(HEAD);
    expect(await seen([HEAD, BASE])).toBe(HEAD);
    expect(await proposedCommit(clientFor(github).client, 7, HEAD)).toBe(HEAD);
  });
});

describe('requests', () => {
  const path = /\/pulls\/7$/u;
  const read = (client: ReturnType<typeof clientFor>['client']) =>
    client.request({ method: 'GET', path: '/pulls/7' }, z.object({ number: z.number() }));
  const failureOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no failure',
      (error: unknown) => (error instanceof GitHubError ? error.failure : String(error)),
    );

  beforeEach(() => github.pull({ number: 7, headSha: HEAD, baseSha: BASE }));

  it('carry the token, and say who asks and which version of the API is meant', async () => {
    await read(clientFor(github).client);
    expect(github.requests.map(({ headers }) => headers)).toEqual([
      expect.objectContaining({
        authorization: `bearer ${github.token}`,
        'user-agent': expect.stringMatching(/^infrastructure-security-agent /u) as string,
        'x-github-api-version': '2022-11-28',
      }),
    ]);
  });

  it('go to the server that the runner names', async () => {
    const { client } = clientFor(github, { apiUrl: `${github.url}/api/v3`, graphqlUrl: `${github.url}/api/graphql` });
    await failureOf(read(client));
    await failureOf(client.query('query { viewer { databaseId } }', z.unknown()));
    expect(github.requests.map(({ method, path: asked }) => `${method} ${asked}`)).toEqual([
      'GET /api/v3/repos/octo/infra/pulls/7',
      'POST /api/graphql',
    ]);
  });

  it('print nothing, not even what GitHub says of an endpoint that goes away', async () => {
    const warn = vi.spyOn(console, 'warn');
    const headers = { deprecation: 'true', sunset: 'soon', link: '<https://github.com/x>; rel="deprecation"' };
    github.fault({ method: 'GET', path, when: 'before', as: { status: 200, json: { number: 7 }, headers } });
    expect((await read(clientFor(github).client)).data).toEqual({ number: 7 });
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('read again after what is not clear, waiting longer each time', async () => {
    for (const as of [502, 'reset', 'cut'] as const) github.fault({ method: 'GET', path, when: 'before', as });
    const { client, waits } = clientFor(github);
    expect((await read(client)).data).toEqual({ number: 7 });
    expect(waits).toEqual([1000, 2000, 4000]);
  });

  it('give up after four attempts and say how it ended', async () => {
    github.fault({ method: 'GET', path, when: 'before', as: 'reset', times: 4 });
    expect(await failureOf(read(clientFor(github).client))).toMatchObject({
      kind: 'unclear',
      reason: expect.stringMatching(/^GitHub could not be reached: /u) as string,
    });
    expect(github.requests.map(({ status }) => status)).toEqual([null, null, null, null]);
  });

  it('say so when there was no answer in time', async () => {
    github.fault({ method: 'GET', path, when: 'before', as: 'hang', times: 4 });
    expect(await failureOf(read(clientFor(github, { attemptMilliseconds: 50 }).client))).toEqual({
      kind: 'unclear',
      reason: 'GitHub did not answer within 1 s',
    });
  });

  it('wait as long as a rate limit says: by seconds, by the time of its reset, or a minute', async () => {
    const date = 'Tue, 24 Nov 2026 12:00:00 GMT';
    const reset = String(Date.parse(date) / 1000 + 30);
    const replies = [
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset, date } },
      { status: 403, json: { message: 'You have exceeded a secondary rate limit.' } },
    ];
    for (const as of replies) github.fault({ method: 'GET', path, when: 'before', as });
    const { client, waits } = clientFor(github);
    await read(client);
    expect(waits).toEqual([7000, 31_000, 60_000]);
  });

  it('all together take no longer than they may', async () => {
    github.fault({ method: 'GET', path, when: 'before', as: { status: 429, headers: { 'retry-after': '100' } }, times: 10 });
    const { client, waits } = clientFor(github, { totalMilliseconds: 250_000 });
    expect(await failureOf(read(client))).toEqual({ kind: 'limited', waitSeconds: 100 });
    expect(waits).toEqual([100_000, 100_000]);
    expect(await client.pause(50_001)).toBe(false);
    expect(await client.pause(50_000)).toBe(true);
    expect(await failureOf(read(client))).toEqual({ kind: 'unclear', reason: 'the time for talking to GitHub is used up' });
  });

  it('that write stay below 60 a minute, however fast they are answered', async () => {
    const { client, waits } = clientFor(github);
    const write = (once?: true) =>
      client.request(
        { method: 'POST', path: '/issues/7/comments', body: { body: 'x' }, ...(once === undefined ? {} : { once }) },
        z.unknown(),
      );
    for (let count = 0; count < 55; count += 1) await write();
    expect(waits).toEqual([]);
    expect(await failureOf(write(true))).toEqual({ kind: 'limited', waitSeconds: 60 });
    await client.pause(20_000);
    for (let count = 0; count < 56; count += 1) await write();
    expect(waits).toEqual([20_000, 40_000, 60_000]);
  });

  it('that are sent once are not repeated, whatever the answer', async () => {
    for (const as of [502, { status: 429, headers: { 'retry-after': '7' } }]) github.fault({ method: 'GET', path, when: 'before', as });
    const { client, waits } = clientFor(github);
    const once = () => client.request({ method: 'GET', path: '/pulls/7', once: true }, z.unknown());
    expect(await failureOf(once())).toMatchObject({ kind: 'unclear' });
    expect(await failureOf(once())).toEqual({ kind: 'limited', waitSeconds: 7 });
    expect(waits).toEqual([]);
  });

  it('do not repeat what was refused', async () => {
    expect(await failureOf(clientFor(github).client.request({ method: 'GET', path: '/pulls/8' }, z.unknown()))).toMatchObject({
      kind: 'refused',
      status: 404,
    });
    expect(github.requests.map(({ path: asked }) => asked)).toEqual(['/repos/octo/infra/pulls/8']);
  });
});
