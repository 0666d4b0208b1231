/** What started this run: the runner's environment and event file, as a small union. Every text in an event is hostile. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Explained } from '../domain/explained.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Repository {
  readonly owner: string;
  readonly name: string;
  /** Stays the same when the repository is renamed. */
  readonly id: number;
}

export interface RunContext<E = Event> {
  readonly event: E;
  /** False: the workspace holds something else than the head, which is read as data and never checked out. */
  readonly headIsCheckedOut: boolean;
  readonly repository: Repository;
  /** The commit that is checked out; on a pull request the merge of head and base, not the head. */
  readonly sha: string;
  readonly runId: number;
  readonly runAttempt: number;
  /** Absolute path of the checkout. */
  readonly workspace: string;
  /** Without a `/` at the end: `https://github.com`, `https://api.github.com`, `https://api.github.com/graphql`. */
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
}

export type Event =
  | PullRequestEvent
  | { readonly kind: 'push'; readonly headSha: string; readonly ref: string }
  | { readonly kind: 'merge_group'; readonly headSha: string; readonly baseSha: string }
  | { readonly kind: 'schedule'; readonly headSha: string }
  /** `inputs` holds the two that narrow a run, when the person gave them; named as the action's inputs are. */
  | {
      readonly kind: 'workflow_dispatch';
      readonly headSha: string;
      readonly inputs: Readonly<Partial<Record<'resource-id' | 'resource-type', string>>>;
    };

export interface PullRequestEvent {
  readonly kind: 'pull_request';
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
  /** The head is in another repository, or in one that is gone, and that is why the token can only read. */
  readonly fork: boolean;
  readonly draft: boolean;
}

/** A comment: it is no event to audit for, before it is known what it asks for, on what, and who does. */
export interface CommentEvent {
  readonly kind: 'issue_comment';
  /** Of the pull request. */
  readonly number: number;
  readonly commentId: number;
  readonly body: string;
}

/** What happened is nothing to this program: the run ends well and does nothing. */
export interface Ignored {
  readonly kind: 'ignored';
}

/** The run cannot start; the message says what to do. The caller ends with exit code 2. */
export class EventError extends Explained {
  override readonly name = 'EventError';
}

const TARGET_REFUSED =
  'pull_request_target is refused: it runs with write access and secrets while it reads what a stranger proposes. ' +
  'Use `on: pull_request`; for forks the report is in the job summary and in annotations';

const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u);
const repositoryId = z.number().int().positive();
const wholeNumber = z
  .string()
  .regex(/^[0-9]{1,15}$/u)
  .transform(Number);
const url = z
  .string()
  .regex(/^https?:\/\/[^\s/]+/u)
  .transform((text) => text.replace(/\/+$/u, ''));

const environmentSchema = z.object({
  GITHUB_EVENT_NAME: z.string().regex(/^[a-z_]{1,64}$/u),
  GITHUB_EVENT_PATH: z.string().min(1),
  GITHUB_REPOSITORY: z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*\/(?!\.{1,2}$)[A-Za-z0-9._-]+$/u),
  GITHUB_REPOSITORY_ID: wholeNumber.optional(),
  GITHUB_SHA: sha,
  GITHUB_RUN_ID: wholeNumber,
  GITHUB_RUN_ATTEMPT: wholeNumber.default(1),
  GITHUB_WORKSPACE: z.string().min(1),
  GITHUB_SERVER_URL: url.default('https://github.com'),
  GITHUB_API_URL: url.default('https://api.github.com'),
  GITHUB_GRAPHQL_URL: url.optional(),
});

const payloadSchema = z.object({ repository: z.object({ id: repositoryId }).optional() });

const pullRequestSchema = z.object({
  pull_request: z.object({
    number: z.number().int().positive(),
    draft: z.boolean().default(false),
    head: z.object({ sha, repo: z.object({ id: repositoryId }).nullable() }),
    base: z.object({ sha, repo: z.object({ id: repositoryId }) }),
  }),
});

const commentSchema = z.object({
  action: z.string(),
  issue: z.object({ number: z.number().int().positive(), pull_request: z.unknown().optional() }),
  comment: z.object({ id: z.number().int().positive(), body: z.string().nullish() }),
});

const mergeGroupSchema = z.object({ merge_group: z.object({ head_sha: sha, base_sha: sha }) });

const dispatchSchema = z.object({
  inputs: z.object({ 'resource-id': z.string().optional(), 'resource-type': z.string().optional() }).nullish(),
});

/**
 * Reads the runner's environment and the event file it names.
 * @param allowTarget whether pull_request_target is taken
 * @throws EventError for an event this action refuses, and where something is missing or malformed
 */
export function readContext(environment: Environment, allowTarget = false): RunContext<Event | CommentEvent | Ignored> {
  const read = environmentSchema.safeParse(environment);
  if (!read.success) {
    const names = [...new Set(read.error.issues.map((issue) => String(issue.path[0])))];
    throw new EventError(`${names.join(', ')} must be set as a GitHub Actions runner sets it; outside of one use the local command`);
  }
  const variables = read.data;
  const eventName = variables.GITHUB_EVENT_NAME;
  if (eventName === 'pull_request_target' && !allowTarget) throw new EventError(TARGET_REFUSED);
  const payload = readPayload(variables.GITHUB_EVENT_PATH);
  const [owner = '', name = ''] = variables.GITHUB_REPOSITORY.split('/');
  const id = variables.GITHUB_REPOSITORY_ID ?? parse(payloadSchema, payload).repository?.id;
  if (id === undefined) throw new EventError('GITHUB_REPOSITORY_ID is not set and the event names no repository: update the runner');
  return {
    event: toEvent(eventName, payload, variables.GITHUB_SHA),
    headIsCheckedOut: eventName !== 'pull_request_target' && eventName !== 'issue_comment',
    repository: { owner, name, id },
    sha: variables.GITHUB_SHA,
    runId: variables.GITHUB_RUN_ID,
    runAttempt: variables.GITHUB_RUN_ATTEMPT,
    workspace: variables.GITHUB_WORKSPACE,
    serverUrl: variables.GITHUB_SERVER_URL,
    apiUrl: variables.GITHUB_API_URL,
    graphqlUrl: variables.GITHUB_GRAPHQL_URL ?? `${variables.GITHUB_API_URL}/graphql`,
  };
}

function readPayload(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new EventError(
      `the event file of GITHUB_EVENT_PATH cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function toEvent(name: string, payload: unknown, checkedOut: string): Event | CommentEvent | Ignored {
  switch (name) {
    case 'pull_request_target': {
      // Its token may write, wherever the head is.
      const { number, draft, head, base } = parse(pullRequestSchema, payload).pull_request;
      return { kind: 'pull_request', number, headSha: head.sha, baseSha: base.sha, fork: false, draft };
    }
    case 'issue_comment': {
      const { action, issue, comment } = parse(commentSchema, payload);
      const onPullRequest = issue.pull_request !== undefined && issue.pull_request !== null;
      if (action !== 'created' || !onPullRequest) return { kind: 'ignored' };
      return { kind: name, number: issue.number, commentId: comment.id, body: comment.body ?? '' };
    }
    case 'pull_request': {
      const { number, draft, head, base } = parse(pullRequestSchema, payload).pull_request;
      return { kind: name, number, headSha: head.sha, baseSha: base.sha, fork: head.repo?.id !== base.repo.id, draft };
    }
    case 'merge_group': {
      const group = parse(mergeGroupSchema, payload).merge_group;
      return { kind: name, headSha: group.head_sha, baseSha: group.base_sha };
    }
    case 'push':
      return { kind: name, headSha: checkedOut, ref: parse(z.object({ ref: z.string() }), payload).ref };
    case 'schedule':
      return { kind: name, headSha: checkedOut };
    case 'workflow_dispatch': {
      const given = Object.entries(parse(dispatchSchema, payload).inputs ?? {}).filter(([, value]) => value !== '');
      return { kind: name, headSha: checkedOut, inputs: Object.fromEntries(given) };
    }
    default:
      throw new EventError(
        `the event ${name} is not supported: use pull_request, push, merge_group, schedule, workflow_dispatch or issue_comment`,
      );
  }
}

function parse<T>(schema: z.ZodType<T>, payload: unknown): T {
  const read = schema.safeParse(payload);
  if (read.success) return read.data;
  const places = read.error.issues.map((issue) => issue.path.join('.') || 'the whole');
  throw new EventError(`the event file is not as GitHub writes it: see ${places.join(', ')}`);
}
