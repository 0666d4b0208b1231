/** The GitHub Action: settings from its inputs, the policy from the base commit, the report to the pull request. */
import { realpathSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { underPolicy } from './config/config.ts';
import type { Settings } from './config/config.ts';
import { inputsFromEnvironment, settingsFromInputs } from './config/inputs.ts';
import { parsePolicy } from './config/policy/parse.ts';
import type { Policy } from './config/policy/policy.ts';
import { ConfigurationError } from './config/problem.ts';
import { deliverReport, note } from './deliver.ts';
import { readFileAt } from './github/base-file.ts';
import { CheckRun } from './github/check-run.ts';
import { GitHubClient } from './github/client.ts';
import { readContext } from './github/event.ts';
import type { RunContext } from './github/event.ts';
import { RunnerLog } from './github/log.ts';
import { setOutputs } from './github/output.ts';
import { useProxy } from './github/proxy.ts';
import type { Distribution } from './launch.ts';
import { checkError, checkProgress } from './report/check.ts';
import { progressLine } from './report/progress.ts';
import type { Report } from './report/report.ts';
import { renderText } from './report/text.ts';
import { CANCELLED, Cancelled, EXIT_CODES, TOOL_ERROR, messageOf, run } from './run.ts';
import type { Progress } from './run.ts';

/** For telling the check run of an error; a runner kills what it cancelled after 7.5 s. */
const LAST_WORD_MILLISECONDS = 3000;

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
  const runUrl = `${context.serverUrl}/${context.repository.owner}/${context.repository.name}/actions/runs/${context.runId}`;
  const check = startCheck(context, settings, runUrl, client);
  try {
    const config = underPolicy(settings, await readPolicy(context, settings, client));
    const sayTenths = everyTenth((progress) => log.say(progressLine(progress)));
    const report = await run(config, {
      root: realpathSync(context.workspace),
      distribution,
      environment: process.env,
      repository: String(context.repository.id),
      links: linksOf(context),
      base: null,
      approvals: null,
      today: new Date().toISOString().slice(0, 10),
      signal,
      log: (line) => log.say(line),
      onProgress: (progress) => {
        sayTenths(progress);
        check?.tell(checkProgress(progress));
      },
    });
    log.say(renderText(report, { colour: false }));
    await deliverReport(report, { config, context, environment: process.env, runUrl, client, check, log });
    log.resumeCommands();
    return EXIT_CODES[report.verdict.outcome];
  } catch (error) {
    // Its failure is not said as well: the error is.
    await Promise.race([check?.complete('failure', checkError(messageOf(error)), []), setTimeout(LAST_WORD_MILLISECONDS)]);
    throw error;
  }
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
