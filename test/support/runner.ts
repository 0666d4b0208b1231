/**
 * Runs the built action as a GitHub Actions runner runs it: a child process with the runner's environment, an event file, standard
 * input closed, in the workspace, from a copy of `dist/` that has no `node_modules` above it.
 *
 * ```ts
 * const run = await runAction({
 *   github,                                             // a FakeGitHub
 *   event: pullRequest({ number: 7, headSha: HEAD, baseSha: BASE }),
 *   files: { 'main.tf': 'resource "aws_s3_bucket" "logs" {}\n' },
 *   inputs: { 'fail-on-severity': 'high' },             // others as action.yml states them
 * });
 * expect(run.exitCode).toBe(1);
 * expect(run.outputs.get('verdict')).toBe('fail');
 * expect(run.commands).toEqual([{ name: 'error', properties: { file: 'main.tf', line: '1' }, data: '...' }]);
 * ```
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import type { FakeGitHub } from './github-server.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

export interface RunnerEvent {
  readonly name: string;
  readonly payload: unknown;
  /** GITHUB_SHA: what is checked out. */
  readonly sha: string;
}

export interface ActionOptions {
  readonly github: FakeGitHub;
  readonly event: RunnerEvent;
  /** The workspace: a folder to copy, or files by path. */
  readonly files: string | Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Added to the environment, or replaced in it; undefined removes. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What is run; by default `index.js` of this project's `dist/`. */
  readonly program?: string;
  /** After it the child is killed and {@link ActionRun.exitCode} is null; by default 120. */
  readonly timeoutSeconds?: number;
}

export interface ActionRun {
  /** Null after a signal. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** As the runner reads them: of two values the later counts. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Every value that was set, in order. */
  readonly outputLines: readonly (readonly [name: string, value: string])[];
  readonly summary: string;
  /** Commands that the runner would have obeyed, `stop-commands` respected. */
  readonly commands: readonly RunnerCommand[];
  /** Absolute paths, which exist until {@link removeRuns}. */
  readonly workspace: string;
  readonly temporary: string;
}

export interface RunnerCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

export interface RunningAction {
  readonly child: ChildProcess;
  readonly workspace: string;
  readonly finished: Promise<ActionRun>;
}

export async function runAction(options: ActionOptions): Promise<ActionRun> {
  return startAction(options).finished;
}

/** Starts it and answers at once, for tests that send signals. */
export function startAction(options: ActionOptions): RunningAction {
  const place = mkdtempSync(path.join(folderOfRuns(), 'run-'));
  const workspace = path.join(place, 'work', options.github.repository.name);
  const temporary = path.join(place, 'temp');
  const toolCache = path.join(folderOfRuns(), 'tool-cache');
  for (const folder of [workspace, temporary, toolCache]) mkdirSync(folder, { recursive: true });
  fill(workspace, options.files);
  const file = (name: string, content = '') => {
    const full = path.join(temporary, name);
    writeFileSync(full, content);
    return full;
  };
  const runnerFiles = {
    output: file('output'),
    summary: file('summary.md'),
    event: file('event.json', JSON.stringify(options.event.payload)),
  };
  const environment = { ...runnerEnvironment(options, { workspace, temporary, toolCache, ...runnerFiles }), ...options.environment };
  const child = spawn(process.execPath, [options.program ?? isolatedProgram()], {
    cwd: workspace,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, workspace, finished: finish(child, options.timeoutSeconds ?? 120, { workspace, temporary, ...runnerFiles }) };
}

/** Removes everything that runs of this process left. */
export function removeRuns(): void {
  if (runs !== undefined) rmSync(runs, { recursive: true, force: true });
  runs = undefined;
  program = undefined;
}

let runs: string | undefined;
let program: string | undefined;

function folderOfRuns(): string {
  runs ??= mkdtempSync(path.join(tmpdir(), 'infra-audit-runner-'));
  return runs;
}

/** `index.js` of a copy of `dist/`, made once per process. */
export function isolatedProgram(): string {
  if (program === undefined) {
    const copy = path.join(folderOfRuns(), 'action', 'dist');
    cpSync(path.join(PROJECT, 'dist'), copy, { recursive: true });
    program = path.join(copy, 'index.js');
  }
  return program;
}

function fill(folder: string, files: ActionOptions['files']): void {
  if (typeof files === 'string') {
    cpSync(files, folder, { recursive: true });
    return;
  }
  for (const [name, content] of Object.entries(files)) {
    const full = path.join(folder, name);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, content);
  }
}

interface RunnerFiles {
  readonly output: string;
  readonly summary: string;
  readonly event: string;
}

interface Places extends RunnerFiles {
  readonly workspace: string;
  readonly temporary: string;
  readonly toolCache: string;
}

function runnerEnvironment({ github, event, inputs = {} }: ActionOptions, places: Places): Record<string, string> {
  const { owner, name, id } = github.repository;
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: places.temporary,
    LANG: 'C.UTF-8',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__octo_infra-audit',
    GITHUB_ACTOR: 'mona',
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: places.event,
    GITHUB_JOB: 'audit',
    GITHUB_OUTPUT: places.output,
    GITHUB_REPOSITORY: `${owner}/${name}`,
    GITHUB_REPOSITORY_ID: String(id),
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '7001',
    GITHUB_RUN_NUMBER: '12',
    GITHUB_SHA: event.sha,
    GITHUB_STEP_SUMMARY: places.summary,
    GITHUB_WORKFLOW: 'Audit',
    GITHUB_WORKSPACE: places.workspace,
    RUNNER_ARCH: process.arch.toUpperCase(),
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: places.temporary,
    RUNNER_TOOL_CACHE: places.toolCache,
    ...inputVariables(github.token, inputs),
  };
}

/** Inputs as variables: those of `action.yml` with their defaults, in upper case, blanks as `_`, dashes kept. */
function inputVariables(token: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const action = parse(readFileSync(path.join(PROJECT, 'action.yml'), 'utf8')) as { inputs: Record<string, { default?: string }> };
  const defaults = Object.entries(action.inputs).map(([name, input]): [string, string] => [
    name,
    (input.default ?? '').replace('${{ github.token }}', token),
  ]);
  const values = new Map([...defaults, ...Object.entries(given)]);
  return Object.fromEntries([...values].map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]));
}

async function finish(
  child: ChildProcess,
  timeoutSeconds: number,
  places: RunnerFiles & { workspace: string; temporary: string },
): Promise<ActionRun> {
  const printed = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutSeconds * 1000);
  const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...end) => resolve(end));
  });
  clearTimeout(timer);
  const outputLines = readOutputs(readFileSync(places.output, 'utf8'));
  return {
    ...printed,
    exitCode,
    signal,
    outputs: new Map(outputLines),
    outputLines,
    summary: readFileSync(places.summary, 'utf8'),
    commands: [...readCommands(printed.stdout), ...readCommands(printed.stderr)],
    workspace: places.workspace,
    temporary: places.temporary,
  };
}

/** The output file as the runner reads it: `NAME=VALUE`, and `NAME<<DELIMITER` up to a line with the delimiter. */
export function readOutputs(text: string): [name: string, value: string][] {
  const lines = text.split(/\r?\n/u);
  const outputs: [string, string][] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      outputs.push([line.slice(0, equals), line.slice(equals + 1)]);
    } else if (heredoc >= 0) {
      const end = lines.indexOf(line.slice(heredoc + 2), at + 1);
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${line.slice(heredoc + 2)}'`);
      outputs.push([line.slice(0, heredoc), lines.slice(at + 1, end).join('\n')]);
      at = end;
    } else if (line !== '') {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return outputs;
}

/** Commands the runner knows; anything else of that form is text to it. */
const COMMANDS = new Set([
  'error',
  'warning',
  'notice',
  'debug',
  'group',
  'endgroup',
  'add-mask',
  'add-matcher',
  'remove-matcher',
  'add-path',
  'echo',
  'save-state',
  'set-env',
  'set-output',
]);

/** Commands of both forms in what was printed: `::name k=v::data` at the start of a line, `##[name k=v]data` anywhere in it. */
export function readCommands(printed: string): RunnerCommand[] {
  const commands: RunnerCommand[] = [];
  let stopped: string | null = null;
  for (const line of printed.split(/\r\n|\r|\n/u)) {
    const command = toCommand(line);
    if (command === null) continue;
    if (stopped !== null) {
      if (command.name === stopped) stopped = null;
    } else if (command.name === 'stop-commands') {
      stopped = command.data;
    } else if (COMMANDS.has(command.name.toLowerCase())) {
      commands.push(command);
    }
  }
  return commands;
}

function toCommand(line: string): RunnerCommand | null {
  const current = /^\s*::([^\s:]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/u.exec(line);
  const old = /##\[([^\s\]]+)(?: ([^\]]*))?\](.*)$/u.exec(line);
  const [, name = '', properties = '', data = ''] = current ?? old ?? [];
  if (current === null && old === null) return null;
  const pairs = properties.split(current === null ? ';' : ',').filter((each) => each.includes('='));
  return {
    name,
    properties: Object.fromEntries(
      pairs.map((each) => [each.slice(0, each.indexOf('=')).trim(), decode(each.slice(each.indexOf('=') + 1))]),
    ),
    data: decode(data),
  };
}

function decode(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
}

const REPOSITORY = { id: 4242, full_name: 'octo/infra' };

/** A pull request's event; with `fork` its head is in another repository. The merge commit is checked out. */
export function pullRequest({
  number,
  headSha,
  baseSha,
  fork = false,
  draft = false,
  mergeSha = headSha,
}: {
  number: number;
  headSha: string;
  baseSha: string;
  fork?: boolean;
  draft?: boolean;
  mergeSha?: string;
}): RunnerEvent {
  const head = { ref: 'change', sha: headSha, repo: fork ? { id: 777, full_name: 'stranger/infra' } : REPOSITORY };
  const payload = {
    action: 'synchronize',
    number,
    pull_request: { number, draft, head, base: { ref: 'main', sha: baseSha, repo: REPOSITORY } },
    repository: REPOSITORY,
  };
  return { name: 'pull_request', payload, sha: mergeSha };
}

export function push(sha: string, ref = 'refs/heads/main'): RunnerEvent {
  return { name: 'push', payload: { ref, after: sha, repository: REPOSITORY }, sha };
}

export function mergeGroup(headSha: string, baseSha: string): RunnerEvent {
  return {
    name: 'merge_group',
    payload: { action: 'checks_requested', merge_group: { head_sha: headSha, base_sha: baseSha }, repository: REPOSITORY },
    sha: headSha,
  };
}

export function schedule(sha: string): RunnerEvent {
  return { name: 'schedule', payload: { schedule: '0 6 * * 1', repository: REPOSITORY }, sha };
}

export function workflowDispatch(sha: string, inputs: Readonly<Record<string, string>> = {}): RunnerEvent {
  return { name: 'workflow_dispatch', payload: { inputs, ref: 'refs/heads/main', repository: REPOSITORY }, sha };
}

/** A comment's event: the default branch is what it runs for. */
export function issueComment({
  number,
  id,
  body,
  sha,
  action = 'created',
  onIssue = false,
}: {
  number: number;
  id: number;
  body: string;
  sha: string;
  action?: string;
  onIssue?: boolean;
}): RunnerEvent {
  const issue = { number, ...(onIssue ? {} : { pull_request: { url: `https://api.github.com/repos/octo/infra/pulls/${number}` } }) };
  return { name: 'issue_comment', payload: { action, issue, comment: { id, body }, repository: REPOSITORY }, sha };
}
