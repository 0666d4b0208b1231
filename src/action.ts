/** The GitHub Action: settings from its inputs, the policy from the base commit, the report to the pull request. */
import { realpathSync } from 'node:fs';
import { underPolicy } from './config/config.ts';
import type { Config, Settings } from './config/config.ts';
import { inputsFromEnvironment, settingsFromInputs } from './config/inputs.ts';
import type { OutputName } from './config/outputs.ts';
import { parsePolicy } from './config/policy.ts';
import type { Policy } from './config/policy.ts';
import { ConfigurationError } from './config/problem.ts';
import type { Severity } from './domain/severity.ts';
import { readFileAt } from './github/base-file.ts';
import { GitHubClient } from './github/client.ts';
import { publishComment } from './github/comment.ts';
import type { Delivery } from './github/errors.ts';
import { readContext } from './github/event.ts';
import type { RunContext } from './github/event.ts';
import { RunnerLog } from './github/log.ts';
import { appendSummary, setOutputs } from './github/output.ts';
import { useProxy } from './github/proxy.ts';
import { writeWorkspaceFile } from './github/workspace-file.ts';
import type { Distribution } from './launch.ts';
import { annotations } from './report/annotations.ts';
import { COMMENT_BUDGET, SUMMARY_BUDGET } from './report/budget.ts';
import { renderJson } from './report/json.ts';
import { renderMarkdown } from './report/markdown.ts';
import { progressLine } from './report/progress.ts';
import type { Report } from './report/report.ts';
import { renderSarif } from './report/sarif.ts';
import { renderText } from './report/text.ts';
import { Cancelled, EXIT_CODES, TOOL_ERROR, messageOf, run } from './run.ts';
import type { Progress } from './run.ts';

/** What a process that SIGINT ended would have. */
const CANCELLED = 130;

/** Ends the process: nothing that lingers, such as an open connection, may keep a required check waiting. */
export function main(distribution: Distribution): void {
  const log = new RunnerLog((text) => void process.stdout.write(text));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Cancelled()));
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
  const context = readContext(process.env);
  const settings = settingsOf(context);
  const client = new GitHubClient({ ...context, token: settings.githubToken });
  const config = underPolicy(settings, await readPolicy(context, settings, client));
  const report = await run(config, {
    root: realpathSync(context.workspace),
    distribution,
    environment: process.env,
    repository: String(context.repository.id),
    links: linksOf(context),
    signal,
    log: (line) => log.say(line),
    onProgress: everyTenth((progress) => log.say(progressLine(progress))),
  });
  log.say(renderText(report, { colour: false }));
  await deliver(report, config, context, client, log);
  log.resumeCommands();
  return EXIT_CODES[report.verdict.outcome];
}

/** A manual run may narrow what its workflow file asks for. */
function settingsOf({ event, workspace }: RunContext): Settings {
  const asked = event.kind === 'workflow_dispatch' ? event.inputs : {};
  const given = Object.entries(inputsFromEnvironment(process.env)).filter(([, value]) => (value ?? '') !== '');
  return settingsFromInputs({ ...Object.fromEntries(given), ...asked }, workspace);
}

/**
 * What may be merged is judged by the policy of what it is merged into; other events have nothing but their own commit.
 * @throws ConfigurationError when there is a policy that cannot be read
 */
async function readPolicy({ event, sha }: RunContext, { configFile }: Settings, client: GitHubClient): Promise<Policy | null> {
  const commit = 'baseSha' in event ? event.baseSha : sha;
  const file = await readFileAt(client, configFile, commit);
  switch (file.kind) {
    case 'found':
      return parsePolicy(file.text, configFile);
    case 'absent':
      return null;
    case 'unreadable':
      throw new ConfigurationError([{ where: configFile, message: file.reason }]);
    default:
      return file satisfies never;
  }
}

async function deliver(report: Report, config: Config, context: RunContext, client: GitHubClient, log: RunnerLog): Promise<void> {
  const { workspace } = context;
  const runUrl = `${context.serverUrl}/${context.repository.owner}/${context.repository.name}/actions/runs/${context.runId}`;
  const written: Partial<Record<OutputName, string>> = {};
  const writeFile = (output: OutputName, file: string | null, text: () => string): void => {
    const delivery = file === null ? null : writeWorkspaceFile(workspace, file, text());
    if (delivery !== null && note(delivery, log) && file !== null) written[output] = file;
  };
  writeFile('report-file', config.reportFile, () => renderJson(report));
  writeFile('sarif-file', config.sarifFile, () => renderSarif(report));
  const counts = countsOf(report);
  note(setOutputs(process.env, { ...counts, ...written, verdict: report.verdict.outcome }), log);
  if (config.jobSummary) {
    note(
      appendSummary(process.env, renderMarkdown(report, { budget: SUMMARY_BUDGET, rest: { name: 'the log of this job', url: runUrl } })),
      log,
    );
  }
  if (config.annotations) log.annotate(annotations(report));
  const { event } = context;
  if (event.kind === 'pull_request' && config.comment !== 'never') {
    const text = renderMarkdown(report, { budget: COMMENT_BUDGET, rest: { name: 'the job summary', url: runUrl } });
    const create = config.comment === 'always' || report.verdict.outcome !== 'pass';
    note(await publishComment(client, { number: event.number, headSha: event.headSha, text, create, fork: event.fork }), log);
  }
}

function countsOf({ resources }: Report): Record<Extract<OutputName, `${string}-count`>, number> {
  const findings = resources.flatMap((resource) => resource.findings);
  const failed = (severity: Severity): number =>
    findings.filter((finding) => finding.outcome === 'fail' && finding.severity === severity).length;
  return {
    'critical-count': failed('CRITICAL'),
    'high-count': failed('HIGH'),
    'medium-count': failed('MEDIUM'),
    'low-count': failed('LOW'),
    'undecided-count': findings.filter((finding) => finding.outcome === 'undecided').length,
  };
}

/** A failed delivery is said and changes nothing else. */
function note(delivery: Delivery<unknown>, log: RunnerLog): boolean {
  if ('delivered' in delivery) return true;
  log.message('notice', delivery.notice);
  return false;
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
