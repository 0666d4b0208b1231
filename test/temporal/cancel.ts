/** Runs that are cancelled at some moment, and what is left of each. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeGitHub } from '../support/github-server.ts';
import { pullRequest, startAction } from '../support/runner.ts';

export interface Cancelled {
  /** After the begin of the run, in milliseconds. */
  readonly at: number;
  /** From the signal to the end, in milliseconds; null: it had ended before. */
  readonly took: number | null;
  readonly code: number | null;
  /** What ended it: SIGINT before the program listens for it, which has no child then. */
  readonly signal: NodeJS.Signals | null;
  /** Command lines of its children that live on. */
  readonly orphans: readonly string[];
  /** The report of the command, if it wrote one; the action's verdict. */
  readonly verdict: string | null;
  /** The action's check run: `completed failure`; null where there is none. */
  readonly check: string | null;
}

const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);

/** @param count of resources, each of which fails */
export function sourceOf(count: number): string {
  const disk = (index: number): string =>
    `resource "aws_ebs_volume" "disk_${index}" {\n  availability_zone = "eu-central-1a"\n  encrypted         = false\n}\n`;
  return Array.from({ length: count }, (_, index) => disk(index)).join('\n');
}

/** @param program `cli.js` of a distribution */
export async function cancelCommand(
  program: string,
  source: string,
  at: number,
  signals: readonly NodeJS.Signals[] = ['SIGINT'],
): Promise<Cancelled> {
  const root = mkdtempSync(path.join(tmpdir(), 'cancel-'));
  writeFileSync(path.join(root, 'main.tf'), source);
  const output = path.join(root, 'report.json');
  const child = spawn(process.execPath, [program, root, '--format', 'json', '--output', output], { stdio: 'ignore' });
  const end = await interrupted(child, at, once(child, 'close'), signals);
  const verdict = existsSync(output)
    ? (JSON.parse(readFileSync(output, 'utf8')) as { verdict: { outcome: string } }).verdict.outcome
    : null;
  rmSync(root, { recursive: true, force: true });
  return { at, ...end, verdict, check: null };
}

export async function cancelAction(source: string, at: number): Promise<Cancelled> {
  const github = await FakeGitHub.start();
  github.pull({ number: 7, headSha: HEAD, baseSha: BASE });
  github.commit(BASE, {});
  github.commit(HEAD, {});
  github.reviews.setFiles(7, [{ filename: 'main.tf', before: null, after: source }]);
  const { child, finished } = startAction({
    github,
    files: { 'main.tf': source },
    event: pullRequest({ number: 7, headSha: HEAD, baseSha: BASE }),
  });
  const end = await interrupted(child, at, finished);
  const run = await finished;
  const [check] = github.checks.all();
  await github.close();
  return {
    at,
    ...end,
    verdict: run.outputs.get('verdict') ?? null,
    check: check === undefined ? null : `${check.status} ${check.conclusion}`,
  };
}

/** Less than an end takes. */
const BETWEEN_SIGNALS_MILLISECONDS = 50;

async function interrupted(
  child: ChildProcess,
  at: number,
  closed: Promise<unknown>,
  signals: readonly NodeJS.Signals[] = ['SIGINT'],
): Promise<Pick<Cancelled, 'took' | 'code' | 'signal' | 'orphans'>> {
  const seen = new Set<string>();
  const look = setInterval(() => {
    for (const each of childrenOf(child.pid)) seen.add(each);
  }, 20);
  await Promise.race([sleep(at), closed]);
  const running = child.exitCode === null && child.signalCode === null;
  const since = performance.now();
  for (const signal of signals) {
    child.kill(signal);
    await sleep(BETWEEN_SIGNALS_MILLISECONDS);
  }
  await closed;
  const took = running ? Math.round(performance.now() - since) : null;
  clearInterval(look);
  return { took, code: child.exitCode, signal: child.signalCode, orphans: [...seen].map(commandLine).filter((each) => each !== '') };
}

function childrenOf(pid: number | undefined): string[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  } catch {
    return [];
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\u0000', ' ').trim();
  } catch {
    return '';
  }
}
