import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventError, readContext } from '../../src/github/event.ts';
import { issueComment, mergeGroup, pullRequest, push, schedule, workflowDispatch } from '../support/runner.ts';
import type { RunnerEvent } from '../support/runner.ts';

const HEAD = 'a'.repeat(40);
const MERGE = 'd'.repeat(40);
const BASE = 'c'.repeat(40);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'event-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function environmentOf(event: RunnerEvent, text = JSON.stringify(event.payload)): Record<string, string> {
  const file = path.join(folder, 'event.json');
  writeFileSync(file, text);
  return {
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: file,
    GITHUB_REPOSITORY: 'octo/infra',
    GITHUB_SHA: event.sha,
    GITHUB_RUN_ID: '7001',
    GITHUB_WORKSPACE: '/work',
  };
}

function refusalOf(environment: Record<string, string | undefined>, allowTarget = false): string {
  try {
    readContext(environment, allowTarget);
    return 'accepted';
  } catch (error) {
    return error instanceof EventError ? error.message : `not an EventError: ${String(error)}`;
  }
}

const EVENTS = ['pull_request', 'pull_request_target', 'push', 'merge_group', 'schedule', 'workflow_dispatch', 'issue_comment'];

const change = pullRequest({ number: 7, headSha: HEAD, baseSha: BASE, mergeSha: MERGE });

describe('what started the run', () => {
  it('a pull request: head and base, not the merge commit that is checked out', () => {
    expect(readContext(environmentOf(change))).toEqual({
      event: { kind: 'pull_request', number: 7, headSha: HEAD, baseSha: BASE, fork: false, draft: false },
      headIsCheckedOut: true,
      repository: { owner: 'octo', name: 'infra', id: 4242 },
      sha: MERGE,
      runId: 7001,
      runAttempt: 1,
      workspace: '/work',
      serverUrl: 'https://github.com',
      apiUrl: 'https://api.github.com',
      graphqlUrl: 'https://api.github.com/graphql',
    });
  });

  it('a fork, and a fork that was deleted', () => {
    const fork = pullRequest({ number: 7, headSha: HEAD, baseSha: BASE, fork: true });
    expect(readContext(environmentOf(fork)).event).toMatchObject({ fork: true });
    const gone = JSON.stringify(fork.payload).replace('"repo":{"id":777,"full_name":"stranger/infra"}', '"repo":null');
    expect(gone).toContain('"repo":null');
    expect(readContext(environmentOf(fork, gone)).event).toMatchObject({ fork: true });
  });

  it('push, merge queue, schedule', () => {
    expect(readContext(environmentOf(push(HEAD))).event).toEqual({ kind: 'push', headSha: HEAD, ref: 'refs/heads/main' });
    expect(readContext(environmentOf(mergeGroup(HEAD, BASE))).event).toEqual({ kind: 'merge_group', headSha: HEAD, baseSha: BASE });
    expect(readContext(environmentOf(schedule(HEAD))).event).toEqual({ kind: 'schedule', headSha: HEAD });
  });

  it('a dispatch with its two inputs, blank ones and others left out', () => {
    const event = (inputs: Record<string, string>) => readContext(environmentOf(workflowDispatch(HEAD, inputs))).event;
    expect(event({ 'resource-id': 'aws_s3_bucket.logs', 'resource-type': 's3', 'github-token': 'x' })).toEqual({
      kind: 'workflow_dispatch',
      headSha: HEAD,
      inputs: { 'resource-id': 'aws_s3_bucket.logs', 'resource-type': 's3' },
    });
    expect(event({ 'resource-id': '', 'resource-type': 'ec2' })).toMatchObject({ inputs: { 'resource-type': 'ec2' } });
    const none = { ...workflowDispatch(HEAD), payload: { inputs: null, repository: { id: 4242 } } };
    expect(readContext(environmentOf(none)).event).toMatchObject({ inputs: {} });
  });

  it('a comment on a pull request, which says where the head is only by its number', () => {
    const comment = issueComment({ number: 7, id: 1000, body: '/infra-audit approve', sha: BASE });
    expect(readContext(environmentOf(comment))).toMatchObject({
      event: { kind: 'issue_comment', number: 7, commentId: 1000, body: '/infra-audit approve' },
      headIsCheckedOut: false,
    });
  });

  it.each([
    ['edited', { action: 'edited' }],
    ['deleted', { action: 'deleted' }],
    ['on an issue', { onIssue: true }],
  ])('a comment that is %s is nothing to it', (_, change) => {
    const comment = issueComment({ number: 7, id: 1000, body: '/infra-audit approve', sha: BASE, ...change });
    expect(readContext(environmentOf(comment)).event).toEqual({ kind: 'ignored' });
  });

  it('pull_request_target where it is allowed: a pull request whose head is not checked out', () => {
    const target = { ...pullRequest({ number: 7, headSha: HEAD, baseSha: BASE, fork: true }), name: 'pull_request_target', sha: BASE };
    expect(readContext(environmentOf(target), true)).toMatchObject({
      event: { kind: 'pull_request', number: 7, headSha: HEAD, baseSha: BASE, fork: false },
      headIsCheckedOut: false,
    });
  });

  it('an enterprise server, with its own addresses', () => {
    const environment = {
      ...environmentOf(change),
      GITHUB_SERVER_URL: 'https://git.example.com/',
      GITHUB_API_URL: 'https://git.example.com/api/v3',
      GITHUB_GRAPHQL_URL: 'https://git.example.com/api/graphql',
    };
    expect(readContext(environment)).toMatchObject({
      serverUrl: 'https://git.example.com',
      apiUrl: 'https://git.example.com/api/v3',
      graphqlUrl: 'https://git.example.com/api/graphql',
    });
  });
});

describe('what is refused, with what to do', () => {
  it('pull_request_target', () => {
    expect(refusalOf(environmentOf({ ...change, name: 'pull_request_target' }))).toBe(
      'pull_request_target is refused: it runs with write access and secrets while it reads what a stranger proposes. ' +
        'Use `on: pull_request`; for forks the report is in the job summary and in annotations',
    );
  });

  it('an event it has no use for', () => {
    expect(refusalOf(environmentOf({ ...change, name: 'issues' }))).toBe(
      'the event issues is not supported: use pull_request, push, merge_group, schedule, workflow_dispatch or issue_comment',
    );
  });

  it('variables that are missing or not what a runner sets, all named', () => {
    expect(refusalOf({})).toBe(
      'GITHUB_EVENT_NAME, GITHUB_EVENT_PATH, GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_RUN_ID, GITHUB_WORKSPACE must be set as a GitHub Actions runner sets it; outside of one use the local command',
    );
    for (const GITHUB_REPOSITORY of ['octo', 'octo/..', 'octo/.', '../x', 'octo/in fra', 'octo/infra/x', 'octo/infra?x']) {
      const refusal = refusalOf({ ...environmentOf(change), GITHUB_REPOSITORY });
      expect(`${GITHUB_REPOSITORY}: ${refusal}`).toContain(': GITHUB_REPOSITORY must be set as a GitHub Actions runner sets it');
    }
    expect(refusalOf({ ...environmentOf(change), GITHUB_SHA: 'main' })).toMatch(/^GITHUB_SHA must be set/u);
  });

  it('an event file that is missing, cut or of another shape', () => {
    expect(refusalOf({ ...environmentOf(change), GITHUB_EVENT_PATH: path.join(folder, 'none.json') })).toMatch(
      /^the event file of GITHUB_EVENT_PATH cannot be read as JSON: ENOENT/u,
    );
    expect(refusalOf(environmentOf(change, '{"pull_request":'))).toMatch(/^the event file of GITHUB_EVENT_PATH cannot be read as JSON/u);
    const hostile = JSON.stringify(change.payload).replace(HEAD, '$(id)').replace('"number":7,"draft"', '"number":"7;","draft"');
    expect(refusalOf(environmentOf(change, hostile))).toBe(
      'the event file is not as GitHub writes it: see pull_request.number, pull_request.head.sha',
    );
  });

  it('whatever an event file holds, there is a context or an EventError', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EVENTS), fc.json(), (name, text) => {
        expect(refusalOf(environmentOf({ name, payload: null, sha: HEAD }, text), true)).not.toMatch(/^not an EventError/u);
      }),
    );
  });
});
