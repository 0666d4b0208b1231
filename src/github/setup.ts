/** How a repository guards its default branch, as far as a token may look. */
import { z } from 'zod';
import { readFileAt } from './base-file.ts';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';
import { explain } from './errors.ts';
import { readWorkflow } from './workflow-file.ts';
import type { WorkflowFile } from './workflow-file.ts';

/** A sentence where it could not be looked at. */
export type Seen<T> = { readonly seen: T } | { readonly hidden: string };

export interface RequiredCheck {
  readonly name: string;
  /** Id of the App it must come from; null: of any. */
  readonly app: number | null;
}

/** What holds for the default branch, by rulesets and by the older protection of branches alike. */
export interface Guard {
  readonly requiresPullRequest: boolean;
  readonly requiresCodeOwners: boolean;
  readonly requiredChecks: readonly RequiredCheck[];
  /** Paths of workflows that must pass as their own repository has them: `.github/workflows/audit.yml`. */
  readonly requiredWorkflows: readonly string[];
  /** Whether a check must be of the base as it is. */
  readonly upToDate: boolean;
  /** Who may pass it by, in words. */
  readonly bypasses: readonly string[];
}

export interface Setup {
  readonly repository: string;
  readonly branch: string;
  /** Id of the App as which the own token of a job acts. */
  readonly actionsApp: number;
  readonly rulesets: Seen<readonly Guard[]>;
  /** Of the branch itself; null: it has none. */
  readonly protection: Seen<Guard | null>;
  readonly jobToken: Seen<{ readonly mayWrite: boolean; readonly mayApprove: boolean }>;
  readonly workflows: Seen<readonly WorkflowFile[]>;
  /** Text of the file; null: there is none. */
  readonly codeOwners: Seen<string | null>;
}

const MOST_PAGES = 10;
const WORKFLOWS = '.github/workflows';
const CODE_OWNERS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

const repositorySchema = z.object({ default_branch: z.string() });
const branchSchema = z.object({ commit: z.object({ sha: z.string() }) });
const tokenSchema = z.object({ default_workflow_permissions: z.string(), can_approve_pull_request_reviews: z.boolean() });
const filesSchema = z.array(z.object({ type: z.string(), path: z.string() }));

/** @throws GitHubError when not even the repository can be read */
export async function readSetup(client: GitHubClient, repository: string): Promise<Setup> {
  const { default_branch: branch } = (await client.request({ method: 'GET', path: '' }, repositorySchema)).data;
  const encoded = encodeURIComponent(branch);
  const { sha } = (await client.request({ method: 'GET', path: `/branches/${encoded}` }, branchSchema)).data.commit;
  return {
    repository,
    branch,
    actionsApp: (await client.readApi('/apps/github-actions', z.object({ id: z.number().int() }))).id,
    rulesets: await see('administration: read', () => readRulesets(client, encoded)),
    protection: await see('administration: read', () => readProtection(client, encoded)),
    jobToken: await see('administration: read', async () => {
      const { data } = await client.request({ method: 'GET', path: '/actions/permissions/workflow' }, tokenSchema);
      return { mayWrite: data.default_workflow_permissions !== 'read', mayApprove: data.can_approve_pull_request_reviews };
    }),
    workflows: await see('contents: read', () => readWorkflows(client, sha)),
    codeOwners: await see('contents: read', () => readCodeOwners(client, sha)),
  };
}

async function see<T>(permission: string, look: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { seen: await look() };
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    const { failure } = error;
    const lacks = failure.kind === 'refused' && [401, 403, 404].includes(failure.status);
    const why = lacks
      ? `the token needs the permission \`${permission}\` of this repository`
      : explain(failure, { lost: '', permission, fork: false });
    return { hidden: why };
  }
}

const parametersSchema = z
  .object({
    require_code_owner_review: z.boolean().catch(false),
    strict_required_status_checks_policy: z.boolean().catch(false),
    required_status_checks: z.array(z.object({ context: z.string(), integration_id: z.number().nullish() })).catch([]),
    workflows: z.array(z.object({ path: z.string() })).catch([]),
  })
  .partial();

const ruleSchema = z.object({ type: z.string(), ruleset_id: z.number().int(), parameters: parametersSchema.nullish() });

type Rule = z.output<typeof ruleSchema>;

const actorSchema = z.object({ actor_type: z.string(), actor_id: z.number().nullish(), bypass_mode: z.string().nullish() });
const rulesetSchema = z.object({ name: z.string(), bypass_actors: z.array(actorSchema).optional() });

/** One guard for each ruleset that applies to the branch; all of them hold at once. */
async function readRulesets(client: GitHubClient, branch: string): Promise<Guard[]> {
  const { items } = await client.pages(`/rules/branches/${branch}`, MOST_PAGES, z.array(ruleSchema));
  const guards: Guard[] = [];
  for (const id of new Set(items.map((rule) => rule.ruleset_id))) {
    const { data } = await client.request({ method: 'GET', path: `/rulesets/${id}?includes_parents=true` }, rulesetSchema);
    guards.push(
      toGuard(
        items.filter((rule) => rule.ruleset_id === id),
        data,
      ),
    );
  }
  return guards;
}

function toGuard(rules: readonly Rule[], { name, bypass_actors: actors }: z.output<typeof rulesetSchema>): Guard {
  const all = rules.map(({ parameters }) => parameters ?? {});
  const checks = all.flatMap((each) => each.required_status_checks ?? []);
  return {
    requiresPullRequest: rules.some(({ type }) => type === 'pull_request' || type === 'merge_queue'),
    requiresCodeOwners: all.some((each) => each.require_code_owner_review === true),
    requiredChecks: checks.map(({ context, integration_id: app }) => ({ name: context, app: app ?? null })),
    requiredWorkflows: all.flatMap((each) => (each.workflows ?? []).map(({ path }) => path)),
    upToDate: all.some((each) => each.strict_required_status_checks_policy === true) || rules.some(({ type }) => type === 'merge_queue'),
    bypasses:
      actors === undefined
        ? [`whoever the ruleset "${name}" lets: its list can only be seen with the permission \`administration: write\``]
        : actors.map((actor) => `${wordsOf(actor)} (ruleset "${name}")`),
  };
}

function wordsOf({ actor_type: type, actor_id: id, bypass_mode: mode }: z.output<typeof actorSchema>): string {
  const names: Readonly<Record<string, string>> = {
    OrganizationAdmin: 'owners of the organisation',
    DeployKey: 'deploy keys',
    Integration: 'App',
    Team: 'team',
    RepositoryRole: 'role',
  };
  const who = names[type] ?? type;
  const roles = new Map([
    [2, 'maintain'],
    [4, 'write'],
    [5, 'admin'],
  ]);
  const which =
    type === 'RepositoryRole'
      ? ` ${roles.get(id ?? 0) ?? id}`
      : id === null || id === undefined || !['Integration', 'Team'].includes(type)
        ? ''
        : ` ${id}`;
  return `${who}${which}${mode === 'pull_request' ? ' on pull requests' : ''}`;
}

const switchSchema = z.object({ enabled: z.boolean() }).nullish();
const protectionSchema = z.object({
  required_status_checks: z
    .object({
      strict: z.boolean().catch(false),
      checks: z.array(z.object({ context: z.string(), app_id: z.number().nullish() })).catch([]),
    })
    .nullish(),
  required_pull_request_reviews: z.object({ require_code_owner_reviews: z.boolean().catch(false) }).nullish(),
  enforce_admins: switchSchema,
});

async function readProtection(client: GitHubClient, branch: string): Promise<Guard | null> {
  try {
    const { data } = await client.request({ method: 'GET', path: `/branches/${branch}/protection` }, protectionSchema);
    const { required_status_checks: checks, required_pull_request_reviews: reviews, enforce_admins: admins } = data;
    return {
      requiresPullRequest: reviews !== null && reviews !== undefined,
      requiresCodeOwners: reviews?.require_code_owner_reviews === true,
      requiredChecks: (checks?.checks ?? []).map(({ context, app_id: app }) => ({ name: context, app: app === -1 ? null : (app ?? null) })),
      requiredWorkflows: [],
      upToDate: checks?.strict === true,
      bypasses: admins?.enabled === true ? [] : ['administrators (branch protection)'],
    };
  } catch (error) {
    const failure = error instanceof GitHubError ? error.failure : null;
    // The words tell a branch without protection from a token that may not look.
    if (failure?.kind === 'refused' && failure.status === 404 && /not protected/iu.test(failure.message)) return null;
    throw error;
  }
}

async function readWorkflows(client: GitHubClient, commit: string): Promise<WorkflowFile[]> {
  const files = await listFiles(client, commit);
  const workflows: WorkflowFile[] = [];
  for (const path of files) {
    const file = await readFileAt(client, path, commit);
    if (file.kind === 'found') workflows.push(readWorkflow(path, file.text));
  }
  return workflows;
}

async function listFiles(client: GitHubClient, commit: string): Promise<string[]> {
  try {
    const { data } = await client.request({ method: 'GET', path: `/contents/${WORKFLOWS}?ref=${commit}` }, filesSchema);
    return data.filter(({ type, path }) => type === 'file' && /\.ya?ml$/u.test(path)).map(({ path }) => path);
  } catch (error) {
    if (error instanceof GitHubError && error.failure.kind === 'refused' && error.failure.status === 404) return [];
    throw error;
  }
}

/** GitHub takes the first that is there: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners */
async function readCodeOwners(client: GitHubClient, commit: string): Promise<string | null> {
  for (const path of CODE_OWNERS) {
    const file = await readFileAt(client, path, commit);
    if (file.kind === 'found') return file.text;
    if (file.kind === 'unreadable') throw new GitHubError({ kind: 'unclear', reason: file.reason });
  }
  return null;
}
