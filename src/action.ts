/** The GitHub Action: settings from its inputs, the policy from the base commit, the report to the pull request. */
import { mkdirSync, realpathSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { decide } from './approve.ts';
import { isEmpty, proposalBase, uncheckedOut } from './base.ts';
import type { Proposal } from './base.ts';
import { readPolicy } from './catalogue.ts';
import { underPolicy } from './config/config.ts';
import type { Config, Settings } from './config/config.ts';
import { allowsPullRequestTarget, inputsFromEnvironment, settingsFromInputs } from './config/inputs.ts';
import type { Policy } from './config/policy/policy.ts';
import { elsewhere } from './config/policy/elsewhere.ts';
import { ConfigurationError } from './config/problem.ts';
import { Explained } from './domain/explained.ts';
import type { GateFile } from './domain/gate-changes.ts';
import { deliverReport, note } from './deliver.ts';
import { PullRequestApprovals } from './github/approvals.ts';
import { readFileAt } from './github/base-file.ts';
import { CheckRun } from './github/check-run.ts';
import { GitHubClient } from './github/client.ts';
import { deliver } from './github/errors.ts';
import { readContext } from './github/event.ts';
import { readGateFiles } from './github/gate-files.ts';
import type { Event, PullRequestEvent, RunContext } from './github/event.ts';
import { RunnerLog } from './github/log.ts';
import { setOutputs } from './github/output.ts';
import { useProxy } from './github/proxy.ts';
import { proposedCommit } from './github/pull-request.ts';
import { GitHubObjects } from './github/tree.ts';
import type { Distribution } from './launch.ts';
import { checkError, checkProgress } from './report/check.ts';
import { progressLine } from './report/progress.ts';
import type { Report } from './report/report.ts';
import { renderText } from './report/text.ts';
import { CANCELLED, Cancelled, EXIT_CODES, TOOL_ERROR, messageOf, run } from './run.ts';
import type { RunContext as Audit, Progress } from './run.ts';

/** For telling the check run of an error; a runner kills what it cancelled after 7.5 s. */
const LAST_WORD_MILLISECONDS = 3000;

/** Ends the process: nothing that lingers, such as an open connection, may keep a required check waiting. */
export function main(distribution: Distribution): void {
  const log = new RunnerLog((text) => void process.stdout.write(text));
  const stop = new AbortController();
  // Not only once: a second signal would end this process and leave the embedded server behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Cancelled()));
  act(distribution, log, stop.signal).then(
    (code) => process.exit(code),
    (error: unknown) => {
      log.message('error', messageOf(error));
      log.resumeCommands();
      process.exit(error instanceof Cancelled ? CANCELLED : TOOL_ERROR);
    },
  );
}

async function act(distribution: Distribution, log: RunnerLog, signal: AbortSignal): Promise<number> {
  note(setOutputs(process.env, { verdict: 'error' }), log);
  log.pauseCommands();
  useProxy(process.env);
  const context = readContext(process.env, allowsPullRequestTarget(process.env));
  const settings = settingsOf(context);
  const client = new GitHubClient({ ...context, token: settings.githubToken });
  const task: Task = { distribution, log, signal, settings, client };
  const exitCode = await actOn(context, task);
  if (exitCode === null) note(setOutputs(process.env, { verdict: '' }), log);
  log.resumeCommands();
  return exitCode ?? EXIT_CODES.pass;
}

interface Task {
  readonly distribution: Distribution;
  readonly log: RunnerLog;
  readonly signal: AbortSignal;
  readonly settings: Settings;
  readonly client: GitHubClient;
}

/** Null: there was nothing to audit. */
async function actOn(context: ReturnType<typeof readContext>, task: Task): Promise<number | null> {
  const { event } = context;
  const { settings, client, log } = task;
  switch (event.kind) {
    case 'ignored':
      return null;
    case 'issue_comment':
      return decide(
        { ...context, event },
        {
          client,
          log,
          readPolicy: (pull) => policyOf(pull, settings, client),
          audit: (pull, policy, approvals) => audit(pull, task, async () => ({ policy, approvals })),
        },
      );
    case 'pull_request':
    case 'push':
    case 'merge_group':
    case 'schedule':
    case 'workflow_dispatch':
      return audit({ ...context, event }, task, async () => {
        const policy = await policyOf({ ...context, event }, settings, client);
        return { policy, approvals: await approvalsOf(event, policy, task) };
      });
    default:
      return event satisfies never;
  }
}

interface Terms {
  readonly policy: Policy | null;
  readonly approvals: PullRequestApprovals | null;
}

/** The audit of a commit, from its check run to the delivery of its report; what `readTerms` throws ends the check run too. */
async function audit(context: RunContext, task: Task, readTerms: () => Promise<Terms>): Promise<number> {
  const { distribution, log, signal, settings, client } = task;
  const runUrl = `${context.serverUrl}/${context.repository.owner}/${context.repository.name}/actions/runs/${context.runId}`;
  const check = startCheck(context, settings, runUrl, client);
  try {
    const { policy, approvals } = await readTerms();
    const config = withScope(underPolicy(settings, policy), context);
    const sayTenths = everyTenth((progress) => log.say(progressLine(progress)));
    const report = await run(config, {
      ...(await filesOf(context, config, log)),
      distribution,
      environment: process.env,
      repository: String(context.repository.id),
      links: linksOf(context),
      headSha: context.event.headSha,
      gateFiles: await gateFilesOf(context.event, config, task),
      approvals,
      today: dayOf(client),
      signal,
      log: (line) => log.say(line),
      onProgress: (progress) => {
        sayTenths(progress);
        check?.tell(checkProgress(progress));
      },
    });
    log.say(renderText(report, { colour: false }));
    await deliverReport(report, { config, context, environment: process.env, runUrl, client, check, log });
    return EXIT_CODES[report.verdict.outcome];
  } catch (error) {
    // Its failure is not said as well: the error is.
    await Promise.race([check?.complete('failure', checkError(messageOf(error)), []), setTimeout(LAST_WORD_MILLISECONDS)]);
    throw error;
  }
}

/** Every run of a pull request applies what was decided: an embedded server remembers nothing. */
async function approvalsOf(event: Event, policy: Policy | null, { client, log }: Task): Promise<PullRequestApprovals | null> {
  const terms = policy?.approval ?? null;
  if (event.kind !== 'pull_request' || terms === null) return null;
  const approvals = new PullRequestApprovals(client, event, terms);
  note(await approvals.load(), log);
  return approvals;
}

/** What is merged is what it is: only a change to the gate that can still be refused is told. */
async function gateFilesOf(event: Event, { configFile }: Config, { client, log }: Task): Promise<readonly GateFile[]> {
  return event.kind === 'pull_request' ? (note(await readGateFiles(client, event, configFile), log) ?? []) : [];
}

/** By GitHub's clock, in which nobody has a hand. */
function dayOf({ serverDate }: GitHubClient): string {
  return (serverDate ?? new Date()).toISOString().slice(0, 10);
}

/** For reading commits, all requests together, those at the same time one by one: what is left to deliver the report is its own. */
const OBJECTS_MILLISECONDS = 120_000;
/** Files of a repository that is not checked out: a request each, of 1,000 an hour that a job's token may make. */
const UNCHECKED_OUT_FILES = 500;
/** A folder without files. */
const NOWHERE = '';

/** Where the files are that are audited, and those that they are compared with. */
async function filesOf(context: RunContext, config: Config, log: RunnerLog): Promise<Pick<Audit, 'root' | 'read' | 'base'>> {
  const { event, workspace, headIsCheckedOut } = context;
  const client = new GitHubClient({ ...context, token: config.githubToken, totalMilliseconds: OBJECTS_MILLISECONDS });
  const isUncheckedOut = !headIsCheckedOut || isEmpty(workspace);
  const objects = new GitHubObjects(client, isUncheckedOut ? { contents: UNCHECKED_OUT_FILES } : {});
  const sha = headIsCheckedOut || event.kind !== 'pull_request' ? context.sha : await proposedBy(event, client);
  // What is checked out instead of the head has no part in it.
  const place = headIsCheckedOut ? context : { sha, workspace: NOWHERE };
  const base = isCompared(event, config) ? await proposalBase(event, place, objects, process.env) : null;
  if (!isUncheckedOut) return { root: realpathSync(workspace), base };
  const why = headIsCheckedOut ? 'Nothing is checked out' : 'What is proposed is never checked out on this event';
  if (config.policy.scanners.length > 0)
    throw new Explained(
      `${why}, and the scanners of the policy read files: audit with \`on: pull_request\` and \`uses: actions/checkout\`.`,
    );
  mkdirSync(workspace, { recursive: true });
  log.message('notice', `${why}, so the files of commit ${sha.slice(0, 12)} are read from GitHub one by one.`);
  return { root: realpathSync(workspace), read: uncheckedOut(sha, objects), base };
}

async function proposedBy({ number, headSha }: PullRequestEvent, client: GitHubClient): Promise<string> {
  const purpose = { lost: `What pull request ${number} proposes could not be read`, permission: 'contents: read', fork: false };
  const proposed = await deliver(purpose, () => proposedCommit(client, number, headSha));
  if ('notice' in proposed) throw new Explained(proposed.notice);
  return proposed.delivered;
}

/** Only a pull request is audited in part unless asked to be: what is merged is audited as a whole. */
function withScope(config: Config, { event }: RunContext): Config {
  return event.kind === 'pull_request' ? config : { ...config, scope: config.scope ?? 'all' };
}

/** A merge queue compares with nothing, unless it is asked for what is new. */
function isCompared(event: Event, { block }: Config): event is Proposal {
  return event.kind === 'pull_request' || (event.kind === 'merge_group' && block === 'new');
}

function startCheck(
  { event, runId, runAttempt }: RunContext,
  { checkName }: Settings,
  runUrl: string,
  client: GitHubClient,
): CheckRun | null {
  if (checkName === null) return null;
  const fork = event.kind === 'pull_request' && event.fork;
  return new CheckRun(client, { name: checkName, headSha: event.headSha, runId, runAttempt, runUrl, fork });
}

/** A manual run may narrow what its workflow file asks for. */
function settingsOf({ event, workspace }: ReturnType<typeof readContext>): Settings {
  const asked = event.kind === 'workflow_dispatch' ? event.inputs : {};
  const given = Object.entries(inputsFromEnvironment(process.env)).filter(([, value]) => (value ?? '') !== '');
  return settingsFromInputs({ ...Object.fromEntries(given), ...asked }, workspace);
}

/**
 * What may be merged is judged by the policy of what it is merged into; other events have nothing but their own commit.
 * @throws ConfigurationError when there is a policy that cannot be read
 */
async function policyOf(context: RunContext, { configFile, githubToken }: Settings, client: GitHubClient): Promise<Policy | null> {
  const { event, sha } = context;
  const shared = elsewhere(configFile);
  const file =
    shared === null
      ? await readFileAt(client, configFile, 'baseSha' in event ? event.baseSha : sha)
      : await readFileAt(new GitHubClient({ ...context, repository: shared, token: githubToken }), shared.path, shared.ref);
  switch (file.kind) {
    case 'found':
      return readPolicy(file.text, configFile, dayOf(client));
    case 'absent':
      if (shared === null) return null;
      throw new ConfigurationError([{ where: configFile, message: 'there is no such file: correct the input config-file' }]);
    case 'unreadable':
      throw new ConfigurationError([{ where: configFile, message: file.reason }]);
    default:
      return file satisfies never;
  }
}

function linksOf({ event, repository, serverUrl }: RunContext): Report['links'] {
  const base = `${serverUrl}/${repository.owner}/${repository.name}/blob/${event.headSha}`;
  return (file, startLine, endLine) =>
    `${base}/${file.split('/').map(encodeURIComponent).join('/')}#L${startLine}${endLine === startLine ? '' : `-L${endLine}`}`;
}

/** One line for each tenth of the work, however many resources there are. */
function everyTenth(say: (progress: Progress) => void): (progress: Progress) => void {
  let said = 0;
  return (progress) => {
    const tenth = Math.floor((progress.done / progress.total) * 10);
    if (progress.step !== 'done' || tenth <= said) return;
    said = tenth;
    say(progress);
  };
}
