/** The whole delivery of two reports, one after the other, against every fault of every write. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliverReport } from '../../src/deliver.ts';
import type { Channels } from '../../src/deliver.ts';
import { CheckRun } from '../../src/github/check-run.ts';
import { RunnerLog } from '../../src/github/log.ts';
import { renderPatch } from '../../src/report/patch.ts';
import type { Report } from '../../src/report/report.ts';
import { renderScript } from '../../src/report/script.ts';
import { bucket, cleanReport, reportOf, sampleReport } from '../report/sample.ts';
import { ACTIONS_BOT, FakeGitHub } from '../support/github-server.ts';
import type { Fault } from '../support/github-server.ts';
import { readCommands } from '../support/runner.ts';
import { clientFor } from './client-for.ts';

const HEAD = 'a'.repeat(40);
const NEWER = 'b'.repeat(40);
const BASE = 'c'.repeat(40);
const URL_OF_RUN = 'https://github.com/octo/infra/actions/runs/7001';

/** A bucket whose ACL is public, as the first push has it; the second push made it private by the suggestion, and a new bucket is public. */
const FIRST = reportOf({ resources: [bucket] });
const SECOND = reportOf({
  resources: [
    { ...bucket, address: 'aws_s3_bucket.copies', findings: bucket.findings.map((each) => ({ ...each, address: 'aws_s3_bucket.copies' })) },
  ],
});

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'delivery-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Delivered {
  readonly outputs: string;
  readonly summary: string;
  readonly notices: readonly string[];
  readonly annotations: readonly string[];
}

interface Options {
  readonly head?: string;
  readonly runId?: number;
  readonly fork?: boolean;
  readonly config?: Partial<Channels['config']>;
}

/** One run of the action, without its audit. */
async function deliverTo(
  github: FakeGitHub,
  report: Report,
  { head = HEAD, runId = 7001, fork = false, config = {} }: Options = {},
): Promise<Delivered> {
  const { client } = clientFor(github);
  const environment = { GITHUB_OUTPUT: path.join(folder, 'output'), GITHUB_STEP_SUMMARY: path.join(folder, 'summary') };
  for (const file of Object.values(environment)) writeFileSync(file, '');
  let printed = '';
  const log = new RunnerLog((text) => (printed += text));
  log.pauseCommands();
  const check = new CheckRun(client, { name: 'Infrastructure security', headSha: head, runId, runAttempt: 1, runUrl: URL_OF_RUN, fork });
  await deliverReport(report, {
    config: {
      annotations: true,
      comment: 'always',
      jobSummary: true,
      htmlFile: null,
      patchFile: null,
      scriptFile: null,
      reportFile: null,
      sarifFile: null,
      suggestions: true,
      ...config,
    },
    context: { event: { kind: 'pull_request', number: 7, headSha: head, baseSha: BASE, fork, draft: false }, workspace: folder },
    environment,
    runUrl: URL_OF_RUN,
    client,
    check,
    log,
  });
  const commands = readCommands(printed);
  return {
    outputs: readFileSync(environment.GITHUB_OUTPUT, 'utf8'),
    summary: readFileSync(environment.GITHUB_STEP_SUMMARY, 'utf8'),
    notices: commands.filter(({ properties }) => properties['file'] === undefined).map(({ name, data }) => `${name}: ${data}`),
    annotations: commands
      .filter(({ properties }) => properties['file'] !== undefined)
      .map(({ name, properties }) => `${name} ${properties['file']}:${properties['line']}`),
  };
}

async function start(): Promise<FakeGitHub> {
  const github = await FakeGitHub.start();
  github.commit(HEAD);
  github.commit(NEWER);
  push(github, HEAD, FIRST);
  return github;
}

function push(github: FakeGitHub, headSha: string, report: Report): void {
  github.pull({ number: 7, headSha, baseSha: BASE });
  github.reviews.setFiles(7, [{ filename: 'infra/main.tf', before: null, after: report.source('infra/main.tf')?.text ?? '' }]);
}

/** What the people of the pull request see. */
function seen(github: FakeGitHub) {
  return {
    checks: github.checks
      .all()
      .map(({ headSha, status, conclusion, title, annotations }) => [
        headSha[0],
        status,
        conclusion,
        title,
        annotations.map((each) => `${each.path}:${each.start_line}`),
      ]),
    comments: github.comments(7).map(({ user, body }) => [user.id, body.split('\n')[1], /<sub>.*beside the changed lines/u.test(body)]),
    suggestions: github.reviews.of(7).map(({ user, path: file, line, body }) => [user.id, file, line, body.split('\n')[1]]),
  };
}

const FAIL = ['completed', 'failure', 'Fail: 1 CRITICAL finding', ['infra/main.tf:8', 'infra/main.tf:2']];
const COMMENT = [ACTIONS_BOT.id, '## ❌ Fail: 1 CRITICAL finding', true];
const SUGGESTION = (address: string) => [ACTIONS_BOT.id, 'infra/main.tf', 8, `This change closes 1 finding of \`${address}\`:`];
const AFTER_BOTH = {
  checks: [
    ['a', ...FAIL],
    ['b', ...FAIL],
  ],
  comments: [COMMENT],
  suggestions: [SUGGESTION('aws_s3_bucket.copies')],
};

describe('a delivery', () => {
  it('writes the patch and the script that were asked for, and counts what blocks', async () => {
    const files = { patchFile: 'out/fixes.patch', scriptFile: 'out/fixes.sh' };
    const { outputs } = await deliverTo(await start(), FIRST, { config: files });
    expect(readFileSync(path.join(folder, files.patchFile), 'utf8')).toBe(renderPatch(FIRST));
    expect(readFileSync(path.join(folder, files.scriptFile), 'utf8')).toBe(renderScript(FIRST));
    for (const line of ['patch-file=out/fixes.patch', 'script-file=out/fixes.sh', 'blocking-count=1', 'new-count=2', 'silenced-count=0'])
      expect(outputs.split('\n')).toContain(line);
  });

  it('makes one check, one comment and one suggestion, and the next push keeps them in step', async () => {
    const github = await start();
    const first = await deliverTo(github, FIRST);
    expect(seen(github)).toEqual({ checks: [['a', ...FAIL]], comments: [COMMENT], suggestions: [SUGGESTION('aws_s3_bucket.logs')] });
    expect(first).toMatchObject({ notices: [], annotations: [] });
    expect(first.outputs).toContain('verdict=fail\n');
    expect(first.summary).toContain('❌ Fail');

    push(github, NEWER, SECOND);
    await deliverTo(github, SECOND, { head: NEWER, runId: 7002 });
    expect(seen(github)).toEqual(AFTER_BOTH);

    await deliverTo(github, cleanReport, { head: NEWER, runId: 7003 });
    const now = seen(github);
    expect(now.checks.at(-1)?.slice(0, 3)).toEqual(['b', 'completed', 'success']);
    expect([now.comments.map(([, headline]) => headline), now.suggestions]).toEqual([['## ✅ Pass: nothing left to fix'], []]);
    await github.close();
  });

  it('without any permission falls back to annotations of the log, and names each line to add once', async () => {
    const github = await start();
    github.permissions = { contents: 'read' };
    const denied = await deliverTo(github, FIRST);
    expect(seen(github)).toEqual({ checks: [], comments: [], suggestions: [] });
    expect(denied.annotations).toEqual(['error infra/main.tf:8', 'notice infra/main.tf:2']);
    expect(denied.notices.map((each) => /Add the line (`[^`]*`)/u.exec(each)?.[1])).toEqual(['`checks: write`', '`pull-requests: write`']);
    expect(denied.outputs).toContain('verdict=fail\n');
    await github.close();
  });

  it('on a fork says twice that its token can only read', async () => {
    const github = await start();
    github.permissions = { contents: 'read', issues: 'read', 'pull-requests': 'read', checks: 'read' };
    const fork = await deliverTo(github, FIRST, { fork: true });
    expect(fork.notices.map((each) => /`([^`]*)` is never granted/u.exec(each)?.[1])).toEqual(['checks: write', 'pull-requests: write']);
    expect(fork.annotations).toEqual(['error infra/main.tf:8', 'notice infra/main.tf:2']);
    await github.close();
  });

  it('writes no more than it is asked for', async () => {
    const github = await start();
    const quiet = await deliverTo(github, FIRST, {
      config: { annotations: false, comment: 'never', suggestions: false, jobSummary: false },
    });
    expect(seen(github)).toEqual({
      checks: [['a', 'completed', 'failure', 'Fail: 1 CRITICAL finding', []]],
      comments: [],
      suggestions: [],
    });
    expect(quiet).toMatchObject({ summary: '', notices: [], annotations: [] });

    await deliverTo(github, FIRST, { config: { comment: 'never' } });
    expect([seen(github).comments, seen(github).suggestions]).toEqual([[], [SUGGESTION('aws_s3_bucket.logs')]]);
    await github.close();
  });

  it('comments without suggestions when the diff cannot be read, and takes none away', async () => {
    const github = await start();
    await deliverTo(github, FIRST);
    github.fault({ method: 'GET', path: /\/files$/u, when: 'before', as: 500, times: 4 });
    const blind = await deliverTo(github, cleanReport, { runId: 7002 });
    expect(blind.notices).toEqual([expect.stringMatching(/^notice: Suggestions were not made: GitHub answered 500/u)]);
    expect(seen(github).suggestions).toEqual([SUGGESTION('aws_s3_bucket.logs')]);
    expect(seen(github).comments.map(([, headline]) => headline)).toEqual(['## ✅ Pass: nothing left to fix']);
    await github.close();
  });

  it('of an older head writes over nothing of a newer one, whichever comes last', async () => {
    const github = await start();
    push(github, NEWER, SECOND);
    await deliverTo(github, SECOND, { head: NEWER, runId: 7002 });
    const before = seen(github);
    await deliverTo(github, FIRST);
    expect({ ...seen(github), checks: [] }).toEqual({ ...before, checks: [] });
    expect(seen(github).checks).toEqual([
      ['b', ...FAIL],
      ['a', ...FAIL],
    ]);
    await github.close();
  });

  it('shows hostile names as names, everywhere', async () => {
    const github = await start();
    const text = '@octo/owners ##[error] ::error::x ``` <img src=x> \u202e';
    const hostile = { ...bucket, address: text, findings: bucket.findings.map((each) => ({ ...each, address: text, message: text })) };
    await deliverTo(github, reportOf({ resources: [hostile] }));
    const written = [...github.reviews.of(7), ...github.comments(7)]
      .map(({ body }) => body)
      .concat(github.checks.all().map(({ summary }) => summary ?? ''));
    expect(written).toHaveLength(3);
    // Outside of code, nothing of it is left.
    const bare = written.map((body) => body.replaceAll(/<code>.*?<\/code>/gu, '').replaceAll(/(`+)[^]*?[^`]\1(?!`)/gu, ''));
    for (const each of bare) expect(each).not.toMatch(/@octo|##\[|<img|\u202e/u);
    await github.close();
  });
});

describe('faults', () => {
  const writes = [
    ['check created', 'POST', /\/check-runs$/u],
    ['check ended', 'PATCH', /\/check-runs\/[0-9]+$/u],
    ['comment created', 'POST', /\/issues\/7\/comments$/u],
    ['comment updated', 'PATCH', /\/issues\/comments\/[0-9]+$/u],
    ['review', 'POST', /\/reviews$/u],
    ['suggestion removed', 'DELETE', /\/pulls\/comments\/[0-9]+$/u],
  ] as const;
  const faults = writes.flatMap(([name, method, url]) => [
    { name: `${name}, not done`, fault: { method, path: url, when: 'before', as: 502 } as const },
    { name: `${name}, answer lost`, fault: { method, path: url, when: 'after', as: 'reset' } as const },
    {
      name: `${name}, limited`,
      fault: { method, path: url, when: 'before', as: { status: 429, headers: { 'retry-after': '2' } } } as const,
    },
  ]);

  async function twoRuns(...some: readonly Fault[]) {
    const github = await start();
    for (const fault of some) github.fault(fault);
    const first = await deliverTo(github, FIRST);
    push(github, NEWER, SECOND);
    const second = await deliverTo(github, SECOND, { head: NEWER, runId: 7002 });
    await github.close();
    const verdicts = [first, second].map(({ outputs }) => /^verdict=.*$/mu.exec(outputs)?.[0]);
    return { ...seen(github), verdicts, notices: [...first.notices, ...second.notices] };
  }
  const expected = { ...AFTER_BOTH, verdicts: ['verdict=fail', 'verdict=fail'], notices: [] };

  it.each(faults)('$name: nothing twice, nothing lost', async ({ fault }) => {
    expect(await twoRuns(fault)).toEqual(expected);
  });

  it('every pair of them: nothing twice, nothing lost', async () => {
    const pairs = faults.flatMap((one, index) => faults.slice(index).map((other) => [one, other] as const));
    for (const [one, other] of pairs) {
      expect({ pair: [one.name, other.name], ...(await twoRuns(one.fault, other.fault)) }).toEqual({
        pair: [one.name, other.name],
        ...expected,
      });
    }
  });

  it('of every write at all times: the verdict and the summary stand, and each loss is said once', async () => {
    const github = await start();
    for (const method of ['POST', 'PATCH', 'DELETE'])
      github.fault({ method, path: /^(?!\/graphql)/u, when: 'before', as: 503, times: 1000 });
    const lost = await deliverTo(github, sampleReport);
    expect(lost.outputs).toContain('verdict=fail\n');
    expect(lost.summary).toContain('❌ Fail');
    expect(lost.notices).toEqual([
      'notice: The check run was not written: GitHub answered 503; run it again, or see https://www.githubstatus.com.',
      'notice: The summary comment was not written: GitHub answered 503; run it again, or see https://www.githubstatus.com.',
    ]);
    expect(lost.annotations).toContain('error infra/main.tf:8');
    await github.close();
  });
});
