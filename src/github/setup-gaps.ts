/** What lets somebody with write access go around the gate. */
import picomatch from 'picomatch';
import type { Guard, RequiredCheck, Seen, Setup } from './setup.ts';
import type { UsesStep, WorkflowFile } from './workflow-file.ts';

export interface Gap {
  readonly problem: string;
  /** What to change. */
  readonly change: string;
}

export interface SetupVerdict {
  readonly gaps: readonly Gap[];
  /** What could not be looked at, each with the permission it needs. */
  readonly hidden: readonly string[];
}

/** Name of the check run unless the workflow gives another. */
const CHECK_NAME = 'Infrastructure security';

/** @param action name of the action's repository, by which steps that use it are known */
export function judgeSetup(setup: Setup, action: string): SetupVerdict {
  const gaps: Gap[] = [];
  const hidden = hiddenParts(setup);
  const workflows = using(seen(setup.workflows) ?? [], setup.repository, action);
  const rulesets = seen(setup.rulesets) ?? [];
  const protection = seen(setup.protection) ?? null;
  const guards = [...rulesets, ...(protection === null ? [] : [protection])];
  const required = guards.flatMap(({ requiredWorkflows }) => requiredWorkflows);
  if ('seen' in setup.workflows && (workflows.length > 0 || required.length === 0)) gaps.push(...gapsOfWorkflows(workflows, action));
  // What one of the two does not say, the other may: neither alone tells that something is missing.
  if ('seen' in setup.rulesets && 'seen' in setup.protection) gaps.push(...gapsOfGuards(guards, workflows, setup));
  gaps.push(...gapsOfBypasses(guards, workflows));
  const token = seen(setup.jobToken);
  if (token?.mayWrite === true)
    gaps.push({
      problem: 'The token of every workflow may write unless its file says less, so any of them can make check runs of any name',
      change: 'Settings, Actions, General: set "Workflow permissions" to "Read repository contents and packages permissions"',
    });
  if (token?.mayApprove === true)
    gaps.push({
      problem: 'Workflows may approve pull requests, so a change can approve itself',
      change: 'Settings, Actions, General: clear "Allow GitHub Actions to create and approve pull requests"',
    });
  return { gaps, hidden };
}

function seen<T>(part: Seen<T>): T | undefined {
  return 'seen' in part ? part.seen : undefined;
}

function hiddenParts({ rulesets, protection, jobToken, workflows, codeOwners }: Setup): string[] {
  const parts: readonly (readonly [string, Seen<unknown>])[] = [
    ['the rulesets of the default branch', rulesets],
    ['the protection of the default branch', protection],
    ['what the token of workflows may do', jobToken],
    ['the workflow files', workflows],
    ['CODEOWNERS', codeOwners],
  ];
  return parts.flatMap(([what, part]) => ('hidden' in part ? [`${what}: ${part.hidden}`] : []));
}

interface Using {
  readonly file: WorkflowFile;
  readonly step: UsesStep;
}

/** Steps that use this action in workflows that run for pull requests. */
function using(files: readonly WorkflowFile[], repository: string, action: string): Using[] {
  const isOwn = repository.split('/')[1] === action;
  const isThis = (uses: string): boolean => uses.split('@')[0]?.split('/')[1] === action || (isOwn && uses === './');
  return files
    .filter(({ events }) => events.includes('pull_request'))
    .flatMap((file) => file.steps.filter(({ uses }) => isThis(uses)).map((step) => ({ file, step })));
}

function gapsOfWorkflows(workflows: readonly Using[], action: string): Gap[] {
  if (workflows.length === 0)
    return [
      {
        problem: `No workflow of the default branch uses ${action} on pull requests`,
        change: 'Add one to .github/workflows, as the README shows it',
      },
    ];
  const files = new Set(workflows.map(({ file }) => file));
  return [...files]
    .filter(({ pullRequestTypes }) => pullRequestTypes?.includes('edited') !== true)
    .map(({ path }) => ({
      problem: `${path} does not run again when a pull request gets another base: the verdict under the policy of the one stays for the other`,
      change: 'Write `types: [opened, synchronize, reopened, edited]` under `pull_request:`',
    }));
}

function gapsOfGuards(guards: readonly Guard[], workflows: readonly Using[], setup: Setup): Gap[] {
  const { branch } = setup;
  const gaps: Gap[] = [];
  if (!guards.some(({ requiresPullRequest }) => requiresPullRequest))
    gaps.push({
      problem: `Whoever may write may push to ${branch} without a pull request`,
      change: `Settings, Rules: add the rule "Require a pull request before merging" for ${branch}`,
    });
  const isRequired = guards.some(({ requiredWorkflows }) =>
    requiredWorkflows.some((path) => workflows.some(({ file }) => file.path === path) || workflows.length === 0),
  );
  if (!isRequired) gaps.push(...gapsOfChecks(guards, workflows, setup), ...gapsOfFiles(guards, workflows, setup));
  if (!guards.some(({ upToDate }) => upToDate))
    gaps.push({
      problem: `A verdict may be of an older ${branch}, and of the policy it had then`,
      change: 'Settings, Rules: set "Require branches to be up to date before merging", or use a merge queue',
    });
  return gaps;
}

/** What shows the verdict beside a pull request: the check run, or the job, unless a failure does not fail it. */
function namesOf({ step }: Using): { check: string | null; job: string } {
  const given = step.inputs.get('check-name') ?? CHECK_NAME;
  return { check: given === 'none' ? null : given, job: step.jobName };
}

function gapsOfChecks(guards: readonly Guard[], workflows: readonly Using[], { branch, actionsApp }: Setup): Gap[] {
  if (workflows.length === 0) return [];
  const all = guards.flatMap(({ requiredChecks }) => requiredChecks);
  const byName = (name: string | null): RequiredCheck[] => all.filter((check) => check.name === name);
  const viaCheck = workflows.flatMap((each) => byName(namesOf(each).check));
  const viaJob = workflows.filter((each) => byName(namesOf(each).job).length > 0);
  const required = [...viaCheck, ...viaJob.flatMap((each) => byName(namesOf(each).job))];
  const wanted = workflows.map((each) => namesOf(each).check ?? namesOf(each).job).join('" or "');
  if (required.length === 0)
    return [
      {
        problem: `The check "${wanted}" is not required: whoever may write may merge into ${branch} without it, or against it`,
        change: `Settings, Rules: add "${wanted}" under "Require status checks to pass", with GitHub Actions as its source`,
      },
    ];
  const gaps: Gap[] = required
    .filter(({ app }) => app !== actionsApp)
    .map(({ name, app }) => ({
      problem: `The required check "${name}" ${app === null ? 'may come from anybody who may write' : `must come from App ${app}, which is not GitHub Actions`}`,
      change: `Settings, Rules: choose GitHub Actions as the source of "${name}"`,
    }));
  if (viaCheck.length > 0) return gaps;
  for (const { file, step } of viaJob) {
    if (step.ignoresFailure)
      gaps.push({
        problem: `The required job "${step.jobName}" of ${file.path} passes whatever the audit says`,
        change: 'Remove `continue-on-error`, or require the check run instead of the job',
      });
    if (step.conditional)
      gaps.push({
        problem: `The required job "${step.jobName}" of ${file.path} has an \`if\`, and a job that is skipped counts as passed`,
        change: 'Remove the `if`, or require the check run instead of the job',
      });
  }
  return gaps;
}

/** A pull request runs the workflow as it changes it, unless the workflow is required as the ruleset has it. */
function gapsOfFiles(guards: readonly Guard[], workflows: readonly Using[], { codeOwners, branch }: Setup): Gap[] {
  if (!('seen' in codeOwners)) return [];
  const requireWorkflow =
    'Best of all, an organisation\'s ruleset with "Require workflows to pass before merging" takes the workflow as it is on its own branch';
  if (!guards.some(({ requiresCodeOwners }) => requiresCodeOwners))
    return [
      {
        problem: `A pull request may change the workflow that audits it, and no owner of .github/ must review that`,
        change: `Settings, Rules: set "Require review from Code Owners" for ${branch}. ${requireWorkflow}`,
      },
    ];
  const guarded = [
    '.github/workflows/added.yml',
    '.github/CODEOWNERS',
    '.github/infra-audit.yml',
    ...workflows.map(({ file }) => file.path),
  ];
  const free = guarded.filter((path) => !isOwned(codeOwners.seen ?? '', path));
  if (free.length === 0) return [];
  return [
    {
      problem: `A pull request may change ${[...new Set(free)].join(', ')} without the review of an owner`,
      change: `Add the line \`/.github/ @OWNERS\` at the end of .github/CODEOWNERS. ${requireWorkflow}`,
    },
  ];
}

function gapsOfBypasses(guards: readonly Guard[], workflows: readonly Using[]): Gap[] {
  const names = new Set(workflows.flatMap((each) => Object.values(namesOf(each))));
  const guarding = guards.filter(
    ({ requiredChecks, requiredWorkflows, requiresPullRequest }) =>
      requiresPullRequest || requiredWorkflows.length > 0 || requiredChecks.some(({ name }) => names.has(name)),
  );
  return [...new Set(guarding.flatMap(({ bypasses }) => bypasses))].map((who) => ({
    problem: `The rules may be passed by: ${who}`,
    change: 'Settings, Rules: take them off the bypass list, or see that each use of it is looked at',
  }));
}

/** The last line that matches decides, and a line without owners leaves a file without. */
function isOwned(codeOwners: string, path: string): boolean {
  let owned = false;
  for (const line of codeOwners.split(/\r?\n/u)) {
    const [pattern = '', ...owners] = line
      .replace(/(?:^|\s)#.*$/u, '')
      .trim()
      .split(/\s+/u);
    if (pattern !== '' && matches(pattern, path)) owned = owners.length > 0;
  }
  return owned;
}

/** Patterns are those of .gitignore, without `!` and ranges. */
function matches(pattern: string, path: string): boolean {
  const inner = pattern.replace(/\/$/u, '');
  const anchored = inner.includes('/');
  const glob = `${anchored ? '' : '**/'}${inner.replace(/^\//u, '')}`;
  const globs = [...(pattern.endsWith('/') ? [] : [glob]), ...(inner.endsWith('/*') ? [] : [`${glob}/**`])];
  return picomatch.isMatch(path, globs, { dot: true, nobrace: true, noextglob: true, nonegate: true });
}
