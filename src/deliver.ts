/** A report to everything that GitHub offers: files and outputs first, which cannot be refused, then the verdict, then the words. */
import type { Config } from './config/config.ts';
import type { OutputName } from './config/outputs.ts';
import type { Severity } from './domain/severity.ts';
import type { CheckRun } from './github/check-run.ts';
import type { GitHubClient } from './github/client.ts';
import { publishComment } from './github/comment.ts';
import type { Delivery } from './github/errors.ts';
import { deliver } from './github/errors.ts';
import type { Environment, PullRequestEvent, RunContext } from './github/event.ts';
import type { RunnerLog } from './github/log.ts';
import { appendSummary, setOutputs } from './github/output.ts';
import { changedFiles } from './github/pull-request.ts';
import { publishReview } from './github/review.ts';
import { writeWorkspaceFile } from './github/workspace-file.ts';
import { annotations } from './report/annotations.ts';
import type { Annotation } from './report/annotations.ts';
import { COMMENT_BUDGET, SUMMARY_BUDGET } from './report/budget.ts';
import { checkVerdict } from './report/check.ts';
import { renderHtml } from './report/html.ts';
import { renderJson } from './report/json.ts';
import { renderMarkdown } from './report/markdown.ts';
import { renderPatch } from './report/patch.ts';
import type { Report } from './report/report.ts';
import { renderSarif } from './report/sarif.ts';
import { renderScript } from './report/script.ts';
import { planSuggestions, suggestionWords } from './report/suggestions.ts';
import type { SuggestionPlan } from './report/suggestions.ts';
import { EXIT_CODES } from './run.ts';

export interface Channels {
  readonly config: Pick<
    Config,
    'annotations' | 'comment' | 'jobSummary' | 'htmlFile' | 'patchFile' | 'reportFile' | 'sarifFile' | 'scriptFile' | 'suggestions'
  >;
  readonly context: Pick<RunContext, 'event' | 'workspace'>;
  readonly environment: Environment;
  /** URL of this run on GitHub. */
  readonly runUrl: string;
  readonly client: GitHubClient;
  /** Null: none is wanted. */
  readonly check: CheckRun | null;
  readonly log: RunnerLog;
}

/** Delivers a report. What cannot be delivered is said in the log, once each, and changes nothing else. */
export async function deliverReport(report: Report, channels: Channels): Promise<void> {
  const { context, config } = channels;
  writeLocally(report, channels);
  const left = await endCheck(report, channels);
  if (config.annotations) channels.log.annotate(left);
  if (context.event.kind !== 'pull_request') return;
  if ((await channels.check?.isLatest()) === false) channels.log.say('A later run of the same commit writes to the pull request.');
  else await tellPullRequest(report, context.event, channels);
}

/** A failed delivery is said and changes nothing else. */
export function note<T>(delivery: Delivery<T>, log: RunnerLog): T | null {
  if ('delivered' in delivery) return delivery.delivered;
  log.message('notice', delivery.notice);
  return null;
}

function writeLocally(report: Report, { config, context, environment, runUrl, log }: Channels): void {
  const written: Partial<Record<OutputName, string>> = {};
  const writeFile = (output: OutputName, file: string | null, text: () => string): void => {
    const name = file === null ? null : note(writeWorkspaceFile(context.workspace, file, text()), log);
    if (name !== null) written[output] = name;
  };
  writeFile('report-file', config.reportFile, () => renderJson(report));
  writeFile('html-file', config.htmlFile, () => renderHtml(report));
  writeFile('patch-file', config.patchFile, () => renderPatch(report));
  writeFile('script-file', config.scriptFile, () => renderScript(report));
  writeFile('sarif-file', config.sarifFile, () => renderSarif(report));
  note(setOutputs(environment, { ...countsOf(report), ...written, verdict: report.verdict.outcome }), log);
  if (config.jobSummary) {
    const rest = { name: 'the log of this job', url: runUrl };
    note(appendSummary(environment, renderMarkdown(report, { budget: SUMMARY_BUDGET, rest })), log);
  }
}

/** Annotations that the check does not show. */
async function endCheck(report: Report, { config, runUrl, check, log }: Channels): Promise<readonly Annotation[]> {
  const all = config.annotations ? annotations(report) : [];
  if (check === null) return all;
  const conclusion = EXIT_CODES[report.verdict.outcome] === 0 ? 'success' : 'failure';
  const delivery = await check.complete(conclusion, checkVerdict(report, { name: 'the job summary', url: runUrl }), all);
  return note(delivery, log)?.left ?? all;
}

async function tellPullRequest(report: Report, event: PullRequestEvent, { config, runUrl, client, log }: Channels): Promise<void> {
  const { number, headSha, fork } = event;
  const plan = config.suggestions ? note(await readPlan(report, event, client), log) : null;
  if (config.comment !== 'never') {
    const rest = { name: 'the job summary', url: runUrl };
    const words = plan === null ? null : suggestionWords(plan);
    const text = renderMarkdown(report, { budget: COMMENT_BUDGET, rest }) + (words === null ? '' : `\n${words}\n`);
    const create = config.comment === 'always' || report.verdict.outcome !== 'pass';
    const comment = note(await publishComment(client, { number, headSha, text, create, fork }), log);
    // What keeps the comment out keeps the suggestions out as well, and was said.
    if (comment === null) return;
  }
  if (plan === null) return;
  const refused = note(await publishReview(client, { number, headSha, fork, plan }), log)?.refused ?? 0;
  if (refused > 0) log.say(`GitHub did not take ${refused} of ${plan.suggestions.length} suggestions; the report has them all.`);
}

function readPlan(report: Report, { number, fork }: PullRequestEvent, client: GitHubClient): Promise<Delivery<SuggestionPlan>> {
  const purpose = { lost: 'Suggestions were not made', permission: 'pull-requests: write', fork };
  return deliver(purpose, async () => planSuggestions(report, await changedFiles(client, number)));
}

function countsOf({ resources }: Report): Record<Extract<OutputName, `${string}-count`>, number> {
  const all = resources.flatMap((resource) => resource.findings);
  const findings = all.filter(({ standing }) => standing.silence === null);
  const failed = (severity: Severity): number =>
    findings.filter((finding) => finding.outcome === 'fail' && finding.severity === severity).length;
  return {
    'critical-count': failed('CRITICAL'),
    'high-count': failed('HIGH'),
    'medium-count': failed('MEDIUM'),
    'low-count': failed('LOW'),
    'undecided-count': findings.filter((finding) => finding.outcome === 'undecided').length,
    'blocking-count': findings.filter(({ blocks }) => blocks).length,
    'new-count': findings.filter(({ standing }) => standing.isNew).length,
    'silenced-count': all.length - findings.length,
  };
}
