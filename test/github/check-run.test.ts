import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckRun } from '../../src/github/check-run.ts';
import type { CheckRequest } from '../../src/github/check-run.ts';
import type { Annotation } from '../../src/report/annotations.ts';
import { annotations } from '../../src/report/annotations.ts';
import { checkError, checkProgress, checkVerdict } from '../../src/report/check.ts';
import { INVISIBLE, hostileReport, hostileText } from '../report/hostile.ts';
import { cleanReport, sampleReport } from '../report/sample.ts';
import { ACTIONS_APP, FakeGitHub } from '../support/github-server.ts';
import type { Fault } from '../support/github-server.ts';
import { clientFor } from './client-for.ts';

const HEAD = 'a'.repeat(40);
const NAME = 'Infrastructure security';
const VERDICT = { title: 'Fail: 1 CRITICAL finding', summary: '## ❌ Fail' };

let github: FakeGitHub;

beforeEach(async () => {
  github = await FakeGitHub.start();
  github.commit(HEAD);
});
afterEach(() => github.close());

function start(overrides: Partial<CheckRequest> = {}, { client } = clientFor(github)): CheckRun {
  const runUrl = 'https://github.com/octo/infra/actions/runs/7001';
  return new CheckRun(client, { name: NAME, headSha: HEAD, runId: 7001, runAttempt: 1, runUrl, fork: false, ...overrides });
}

function marks(count: number): Annotation[] {
  return Array.from({ length: count }, (_, index) => ({
    level: (['error', 'warning', 'notice'] as const)[index % 3] ?? 'error',
    file: 'infra/main.tf',
    startLine: index + 1,
    endLine: index + 1 + (index % 2),
    startColumn: index % 2 === 0 ? 3 : null,
    endColumn: index % 2 === 0 ? 9 : null,
    title: `finding ${index}`,
    message: 'what is wrong',
  }));
}

function states(): string[] {
  return github.checks.all().map(({ name, status, conclusion }) => `${name}: ${status} ${conclusion}`);
}

function shown(): (string | undefined)[] {
  return github.checks.all().flatMap((check) => check.annotations.map(({ title }) => title));
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds() && waited < 2000; waited += 5) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(holds()).toBe(true);
}

describe('a check run', () => {
  it('is there from the start and ends with the verdict, its summary and annotations', async () => {
    const check = start();
    await until(() => states().length === 1);
    expect(states()).toEqual([`${NAME}: in_progress null`]);

    expect(await check.complete('failure', VERDICT, marks(2))).toEqual({ delivered: { left: [] } });

    expect(github.checks.all()).toEqual([
      {
        id: 500,
        appId: ACTIONS_APP,
        name: NAME,
        headSha: HEAD,
        externalId: expect.stringMatching(/^infrastructure-security-agent\/7001\/1\/[0-9a-f]{16}$/u) as string,
        status: 'completed',
        conclusion: 'failure',
        ...VERDICT,
        annotations: [
          {
            path: 'infra/main.tf',
            start_line: 1,
            end_line: 1,
            start_column: 3,
            end_column: 9,
            annotation_level: 'failure',
            title: 'finding 0',
            message: 'what is wrong',
          },
          { path: 'infra/main.tf', start_line: 2, end_line: 3, annotation_level: 'warning', title: 'finding 1', message: 'what is wrong' },
        ],
      },
    ]);
  });

  it('shows how far the audit is, every 10 s at most', async () => {
    let now = 0;
    const clock = { now: () => now, sleep: async () => {} };
    const check = start({}, clientFor(github, { clock }));
    check.tell('0 of 1,000 audited');
    await until(() => github.requests.some(({ path }) => path.includes('/commits/')));
    for (const [at, done] of [
      [1000, 10],
      [5000, 100],
      [11_000, 311],
      [12_000, 312],
    ] as const) {
      now = at;
      check.tell(checkProgress({ done, total: 1000, step: 'analyzeRisk' }));
      if (done === 10 || done === 311) await until(() => github.checks.titles.some((title) => title.startsWith(`${done} of`)));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await check.complete('success', VERDICT, []);
    check.tell('too late');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(github.checks.titles).toEqual([
      'Reading files',
      '10 of 1,000 audited · analyzing risk',
      '311 of 1,000 audited · analyzing risk',
      VERDICT.title,
    ]);
    expect(states()).toEqual([`${NAME}: completed success`]);
  });

  it('writes annotations 50 at a time, the verdict with the first', async () => {
    await start().complete('failure', VERDICT, marks(120));
    expect(shown()).toEqual(marks(120).map(({ title }) => title));
    const writes = github.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => JSON.parse(body) as object);
    expect(writes.map((body) => 'conclusion' in body)).toEqual([true, false, false]);
  });

  it('shows 1,000 annotations and hands back the others', async () => {
    const delivery = await start().complete('failure', VERDICT, marks(1003));
    expect(delivery).toEqual({ delivered: { left: marks(1003).slice(1000) } });
    expect(shown()).toHaveLength(1000);
  });

  it('keeps the verdict when GitHub does not take an annotation, and hands back those of its batch', async () => {
    const odd: Annotation = { ...(marks(1)[0] as Annotation), file: '/etc/passwd' };
    const delivery = await start().complete('failure', VERDICT, [...marks(60), odd]);
    expect(delivery).toEqual({ delivered: { left: [...marks(60).slice(50), odd] } });
    expect(shown()).toEqual(marks(50).map(({ title }) => title));

    expect(await start().complete('failure', VERDICT, [odd])).toEqual({ delivered: { left: [odd] } });
    expect(states()).toEqual([`${NAME}: completed failure`, `${NAME}: completed failure`]);
  });
});

describe('check runs that were left behind', () => {
  const external = (run: number, attempt: number) => `infrastructure-security-agent/${run}/${attempt}/0123456789abcdef`;
  const seeds = [
    ['an earlier run of ours', { externalId: external(6999, 1) }, 'completed failure'],
    ['an earlier attempt of this run', { runAttempt: 2, externalId: external(7001, 1) }, 'completed failure'],
    ['another job of this attempt', { externalId: external(7001, 1) }, 'in_progress null'],
    ['a later run', { externalId: external(7002, 1) }, 'in_progress null'],
    ['another App that says the same', { externalId: external(6999, 1), appId: 99 }, 'in_progress null'],
    ['a job of the workflow', { externalId: 'b1946ac9-2ec9-4a2f-9f3e-1d2c3b4a5968' }, 'in_progress null'],
    ['something without an id', { externalId: null }, 'in_progress null'],
    ['another name', { externalId: external(6999, 1), name: 'Other' }, 'in_progress null'],
    ['another commit', { externalId: external(6999, 1), headSha: 'b'.repeat(40) }, 'in_progress null'],
  ] as const;

  it.each(seeds)('by %s', async (_, { runAttempt = 1, ...seed }: { runAttempt?: number; externalId: string | null }, expected) => {
    const id = github.checks.add({ name: NAME, headSha: HEAD, appId: ACTIONS_APP, status: 'in_progress', ...seed });
    await start({ runAttempt }).complete('success', VERDICT, []);
    const left = github.checks.all().find((check) => check.id === id);
    expect(`${left?.status} ${left?.conclusion}`).toBe(expected);
    const asked = github.requests.filter(({ method, path }) => method === 'PATCH' && path.endsWith(`/${id}`)).length;
    expect(asked).toBe(expected === 'completed failure' ? 1 : 0);
    expect(states().at(-1)).toBe(`${NAME}: completed success`);
  });

  it('stay as they ended when they ended', async () => {
    github.checks.add({
      name: NAME,
      headSha: HEAD,
      appId: ACTIONS_APP,
      status: 'completed',
      conclusion: 'success',
      externalId: external(6999, 1),
    });
    await start().complete('failure', VERDICT, []);
    expect(states()).toEqual([`${NAME}: completed success`, `${NAME}: completed failure`]);
  });

  it('cost this run nothing when they cannot be ended', async () => {
    github.checks.add({ name: NAME, headSha: HEAD, appId: ACTIONS_APP, status: 'in_progress', externalId: external(6999, 1) });
    github.fault({ method: 'PATCH', path: /\/check-runs\/500$/u, when: 'before', as: 500 });
    expect(await start().complete('failure', VERDICT, [])).toEqual({ delivered: { left: [] } });
    expect(states()).toEqual([`${NAME}: in_progress null`, `${NAME}: completed failure`]);
  });
});

describe('answers that are lost, late or broken', () => {
  const requests = [
    ['create', 'POST', /\/check-runs$/u],
    ['list', 'GET', /\/commits\/[0-9a-f]+\/check-runs$/u],
    ['update', 'PATCH', /\/check-runs\/[0-9]+$/u],
    ['look', 'GET', /\/check-runs\/[0-9]+$/u],
  ] as const;
  const places = requests.flatMap(([name, method, path]) =>
    (['before', 'after'] as const).flatMap((when) =>
      ([502, 'reset', 'cut', { status: 200, json: { unexpected: true } }] as const satisfies readonly Fault['as'][]).map(
        (as) => [`${name} ${typeof as === 'object' ? 'unexpected' : as} ${when} its effect`, { method, path, when, as }] as const,
      ),
    ),
  );

  it.each(places)('%s: one check, ended, no annotation twice', async (_, fault) => {
    github.fault(fault);
    const check = start();
    expect(await check.complete('failure', VERDICT, marks(70))).toEqual({ delivered: { left: [] } });
    expect(states()).toEqual([`${NAME}: completed failure`]);
    expect(shown()).toEqual(marks(70).map(({ title }) => title));
  });

  it.each(['before', 'after'] as const)('of the second batch are told %s its effect by what the check shows', async (when) => {
    let updates = 0;
    github.beforeEach = ({ method, path }) => {
      if (method === 'PATCH') updates += 1;
      if (method === 'PATCH' && updates === 2) github.fault({ method, path: new RegExp(`${path}$`, 'u'), when, as: 'reset' });
    };
    expect(await start().complete('failure', VERDICT, marks(120))).toEqual({ delivered: { left: [] } });
    expect(shown()).toEqual(marks(120).map(({ title }) => title));
  });

  it('an update that is still under way cannot write over the verdict', async () => {
    const check = start();
    await until(() => github.requests.some(({ path }) => path.includes('/commits/')));
    let held = false;
    github.beforeEach = async ({ method }) => {
      if (method !== 'PATCH' || held) return;
      held = true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    };
    check.tell('1 of 2 audited');
    await until(() => held);
    await check.complete('success', VERDICT, []);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(github.checks.titles).toEqual(['Reading files', '1 of 2 audited', VERDICT.title]);
  });

  it('an update that is never answered ends all the same', async () => {
    const check = start({}, clientFor(github, { attemptMilliseconds: 200 }));
    await until(() => github.requests.some(({ path }) => path.includes('/commits/')));
    github.fault({ method: 'PATCH', path: /\/check-runs\//u, when: 'before', as: 'hang' });
    check.tell('1 of 2 audited');
    expect(await check.complete('success', VERDICT, [])).toEqual({ delivered: { left: [] } });
    expect(states()).toEqual([`${NAME}: completed success`]);
  });

  it('a rate limit of an update is not waited for, and no other is sent', async () => {
    const { client, waits } = clientFor(github);
    const check = start({}, { client, waits });
    await until(() => github.requests.some(({ path }) => path.includes('/commits/')));
    const as = { status: 429, json: { message: 'secondary rate limit' }, headers: { 'retry-after': '60' } };
    github.fault({ method: 'PATCH', path: /\/check-runs\//u, when: 'before', as });
    check.tell('1 of 2 audited');
    await until(() => github.requests.some(({ method }) => method === 'PATCH'));
    await client.pause(20_000);
    check.tell('2 of 2 audited');
    await check.complete('success', VERDICT, []);
    expect(waits).toEqual([20_000]);
    expect(github.checks.titles).toEqual(['Reading files', VERDICT.title]);
  });
});

describe('what GitHub refuses becomes one sentence', () => {
  const notice = async (overrides: Partial<CheckRequest> = {}) => {
    const delivery = await start(overrides).complete('failure', VERDICT, marks(1));
    return 'notice' in delivery ? delivery.notice : 'delivered';
  };

  it('without the permission: names the line to add', async () => {
    github.permissions = { contents: 'read', 'pull-requests': 'write' };
    expect(await notice()).toBe(
      'The check run was not written: the token may not do this. Add the line `checks: write` under `permissions:` of the job. ' +
        '(GitHub said: Resource not accessible by integration; it accepts checks=write)',
    );
    expect(github.requests.map(({ method, status }) => `${method} ${status}`)).toEqual(['POST 403']);
  });

  it('on a fork: says that no permission helps', async () => {
    github.permissions = { contents: 'read' };
    expect(await notice({ fork: true })).toContain('`checks: write` is never granted to a pull request from a fork');
  });

  it("with a person's token: says whose token it takes", async () => {
    github.actor = { id: 99, login: 'release-helper', type: 'User' };
    expect(await notice()).toBe(
      "The check run was not written: GitHub takes check runs only from an App. Leave the input `github-token` out to use the job's own, or set `check-name: none`. " +
        '(GitHub said: You must authenticate via a GitHub App.)',
    );
  });

  it('while GitHub is down all the time', async () => {
    github.fault({ method: 'POST', path: /./u, when: 'before', as: 503, times: 1000 });
    expect(await notice()).toBe('The check run was not written: GitHub answered 503; run it again, or see https://www.githubstatus.com.');
  });
});

describe('its words', () => {
  it('say how far it is, how it ended, and why it did not', () => {
    expect(checkProgress({ done: 0, total: 4, step: 'fetchMetadata' })).toBe('0 of 4 audited · fetching metadata');
    expect(checkProgress({ done: 312, total: 1000, step: 'done' })).toBe('312 of 1,000 audited');
    expect(checkVerdict(sampleReport, { name: 'the job summary', url: null }).title).toBe('Fail: 1 CRITICAL finding');
    expect(checkVerdict(cleanReport, { name: 'the job summary', url: null }).title).toBe(
      'Pass: 1 resource in 2 files audited, nothing found',
    );
    expect(checkError('No Temporal server answers at 127.0.0.1:1')).toEqual({
      title: 'The audit did not come to an end',
      summary: 'No Temporal server answers at `127.0.0.1:1`',
    });
  });

  it('of a hostile repository are taken by GitHub, and show what cannot be seen by number', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const report = hostileReport(text);
        const check = checkVerdict(report, { name: 'the job summary', url: null });
        expect(check.title).not.toMatch(INVISIBLE);
        expect(check.title.length).toBeLessThanOrEqual(255);
        expect(check.summary.replaceAll('\n', '').replaceAll('\t', '')).not.toMatch(INVISIBLE);
        await start().complete('failure', check, annotations(report));
        expect(github.checks.all().at(-1)).toMatchObject({ status: 'completed', conclusion: 'failure' });
      }),
      { numRuns: 30 },
    );
  });
});
