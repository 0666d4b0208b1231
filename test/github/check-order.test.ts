import { afterEach, beforeEach, expect, it } from 'vitest';
import { CheckRun } from '../../src/github/check-run.ts';
import { ACTIONS_APP, FakeGitHub } from '../support/github-server.ts';
import { clientFor } from './client-for.ts';

const HEAD = 'a'.repeat(40);
const NAME = 'Infrastructure security';

let github: FakeGitHub;

beforeEach(async () => {
  github = await FakeGitHub.start();
  github.commit(HEAD);
});
afterEach(() => github.close());

async function startedRun(runId: number): Promise<CheckRun> {
  const request = { name: NAME, headSha: HEAD, runId, runAttempt: 1, runUrl: 'https://github.com/octo/infra/actions/runs/1', fork: false };
  const check = new CheckRun(clientFor(github).client, request);
  await check.isLatest();
  return check;
}

it('of two runs of one commit, the one that began later is the latest, whatever the numbers of the runs', async () => {
  const first = await startedRun(7002);
  expect(await first.isLatest()).toBe(true);
  const second = await startedRun(7001);
  expect([await first.isLatest(), await second.isLatest()]).toEqual([false, true]);
});

it('a check of the same name by somebody else is no later run', async () => {
  const own = await startedRun(7001);
  github.checks.add({ name: NAME, headSha: HEAD, appId: 99, externalId: `infrastructure-security-agent/7002/1/${'0'.repeat(16)}` });
  github.checks.add({ name: NAME, headSha: HEAD, appId: ACTIONS_APP, externalId: 'another program' });
  expect(await own.isLatest()).toBe(true);
});

it('a run that cannot tell takes itself for the latest', async () => {
  const own = await startedRun(7001);
  await startedRun(7002);
  github.fault({ method: 'GET', path: /\/check-runs$/u, when: 'before', as: 403 });
  expect(await own.isLatest()).toBe(true);
});
