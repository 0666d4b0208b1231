/**
 * Decisions of people, read from the comments of a pull request.
 *
 * Nothing is remembered: whether a comment counts is told each time from what GitHub says at that moment, about the comment, its
 * author, the pull request and everybody who had a hand in it. What cannot be told does not count.
 */
import { z } from 'zod';
import type { Approval, ApprovalRequest, Approvals } from '../domain/approval.ts';
import { groupBy } from '../domain/group-by.ts';
import { Authority } from './authority.ts';
import type { Person } from './authority.ts';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';
import { coveredBy, readCommand } from './command.ts';
import type { Command, Decidable } from './command.ts';
import type { Delivery } from './errors.ts';
import { deliver, explain } from './errors.ts';
import { userSchema } from './identity.ts';
import { readPull } from './pull-request.ts';
import type { Pull } from './pull-request.ts';

/** What the policy asks of those who decide. */
export interface ApprovalRules {
  readonly deadlineMilliseconds: number;
  /** `ORG/TEAM`s whose members may decide beside those who may write. */
  readonly teams: readonly string[];
  /** How many different people must approve. */
  readonly people: number;
}

/** 10,000 comments; GitHub itself takes fewer on one pull request. */
const MOST_PAGES = 100;

const commentSchema = z.object({
  id: z.number().int(),
  node_id: z.string().regex(/^[A-Za-z0-9_=-]{1,200}$/u),
  body: z
    .string()
    .nullish()
    .transform((body) => body ?? ''),
  html_url: z.string(),
  issue_url: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  user: userSchema,
  performed_via_github_app: z
    .unknown()
    .optional()
    .transform((app) => app !== null && app !== undefined),
});

const editSchema = z.object({ data: z.object({ node: z.object({ lastEditedAt: z.string().nullable() }) }) });

type Comment = z.output<typeof commentSchema>;

interface Decision {
  readonly id: number;
  readonly nodeId: string;
  readonly person: Person;
  readonly command: Command;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly url: string;
}

const EDITED = 'the comment was edited: write a new one';

type Checked = { readonly decision: Decision; readonly pull: Pull } | { readonly refusal: string };

export class PullRequestApprovals implements Approvals {
  readonly #client: GitHubClient;
  readonly #number: number;
  readonly #headSha: string;
  readonly #rules: ApprovalRules;
  readonly #authority: Authority;
  #listed: readonly Decision[] = [];
  #declared: readonly Decidable[] | null = null;
  readonly #answers = new Map<string, string | null>();

  /** @param subject the pull request, and its head that is audited */
  constructor(client: GitHubClient, subject: { readonly number: number; readonly headSha: string }, rules: ApprovalRules) {
    this.#client = client;
    this.#number = subject.number;
    this.#headSha = subject.headSha;
    this.#rules = rules;
    this.#authority = new Authority(client, rules.teams);
  }

  /** A decision is about one commit of one pull request, and so is an audit that waits for one. */
  get scope(): string {
    return `${this.#number} ${this.#headSha}`;
  }

  declare(all: readonly Decidable[]): void {
    this.#declared = all;
  }

  /** Looks for decisions of those who may decide; without it there are no candidates. */
  load(): Promise<Delivery<void>> {
    const purpose = { lost: 'Decisions of people were not looked for', permission: 'pull-requests: read', fork: false };
    return deliver(purpose, async () => {
      const listed = await this.#list();
      if (listed.length > 0) this.#listed = await this.#ofDeciders(listed, await readPull(this.#client, this.#number));
    });
  }

  candidates(request: ApprovalRequest): readonly string[] {
    return this.#listed.filter(({ command }) => this.#covers(command, request).length > 0).map(({ id }) => String(id));
  }

  async verify(id: string, request: ApprovalRequest): Promise<{ readonly approval: Approval } | { readonly refusal: string }> {
    const answer = await this.#unlessUnknown(() => this.#verify(id, request));
    const before = this.#answers.get(id);
    if ('approval' in answer || before === undefined) this.#answers.set(id, 'approval' in answer ? null : answer.refusal);
    return answer;
  }

  /** What came of a comment, as far as it was asked about: null when it took effect, else why not; undefined when nothing asked. */
  answerTo(id: string): string | null | undefined {
    return this.#answers.get(id);
  }

  /** Everything about a comment that can be told before it is known what waits; null: nothing stands against it. */
  async objection(id: string): Promise<string | null> {
    const checked = await this.#unlessUnknown(() => this.#check(id));
    return 'refusal' in checked ? checked.refusal : null;
  }

  async #unlessUnknown<T>(ask: () => Promise<T | { readonly refusal: string }>): Promise<T | { readonly refusal: string }> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      const why = explain(error.failure, { lost: '', permission: 'pull-requests: read', fork: false });
      return { refusal: `it cannot be verified: ${why}` };
    }
  }

  async #verify(id: string, request: ApprovalRequest): Promise<{ readonly approval: Approval } | { readonly refusal: string }> {
    const checked = await this.#check(id);
    if ('refusal' in checked) return checked;
    const { decision, pull } = checked;
    if (this.#covers(decision.command, request).length === 0)
      return { refusal: `it names something else than ${request.ref.address}, or not clearly` };
    const listed = (await this.#list()).filter((each) => each.id !== decision.id && this.#covers(each.command, request).length > 0);
    const counting = [decision];
    for (const each of await this.#ofDeciders(listed, pull)) if ((await this.#objectionTo(each)) === null) counting.push(each);
    return this.#weigh(decision, this.#lastOfEach(counting, request));
  }

  /** Each person is asked about once, however much they wrote: anybody may comment. */
  async #ofDeciders(decisions: readonly Decision[], pull: Pull): Promise<Decision[]> {
    const may: Decision[] = [];
    for (const some of groupBy(decisions, ({ person }) => person.id).values()) {
      const [first] = some;
      if (first !== undefined && (await this.#authority.objection(first.person, pull)) === null) may.push(...some);
    }
    return may;
  }

  /** @param last decisions that count, of each person the last, for each fingerprint that waits */
  #weigh(decision: Decision, last: readonly (readonly Decision[])[]): { readonly approval: Approval } | { readonly refusal: string } {
    const counting = [...new Set(last.flat())];
    if (!counting.includes(decision)) return { refusal: `\`${decision.person.login}\` decided otherwise later` };
    const rejects = counting.filter(({ command }) => command.decision === 'reject');
    const [against] = rejects;
    if (decision.command.decision === 'approve' && against !== undefined) return { refusal: `\`${against.person.login}\` rejected it` };
    const missing = this.#rules.people - Math.min(...last.map((some) => some.length));
    if (against === undefined && missing > 0) {
      const all = last.length === 1 ? 'it' : `all ${last.length} findings`;
      return { refusal: `${missing} more ${missing === 1 ? 'person' : 'people'} must approve ${all}` };
    }
    const deciding = against === undefined ? counting : rejects;
    return { approval: this.#toApproval(decision, deciding) };
  }

  #toApproval({ id, command, url }: Decision, deciding: readonly Decision[]): Approval {
    return {
      id: String(id),
      decision: command.decision,
      by: [...new Set(deciding.map(({ person }) => person.login))].toSorted().join(', '),
      reason: command.reason,
      until: new Date(Math.min(...deciding.map(({ at }) => at)) + this.#rules.deadlineMilliseconds).toISOString(),
      place: url,
    };
  }

  #lastOfEach(decisions: readonly Decision[], { ref, fingerprints }: ApprovalRequest): Decision[][] {
    const byId = decisions.toSorted((a, b) => a.id - b.id);
    return fingerprints.map((fingerprint) => {
      const covering = byId.filter(({ command }) => this.#covers(command, { ref, fingerprints: [fingerprint] }).length > 0);
      return [...new Map(covering.map((decision) => [decision.person.id, decision])).values()];
    });
  }

  #covers({ target }: Command, request: Decidable): readonly string[] {
    return coveredBy(target, request, this.#declared);
  }

  /** The decision that a comment is, with the pull request at this moment. */
  async #check(id: string): Promise<Checked> {
    const comment = await this.#read(id);
    if (comment === null) return { refusal: 'the comment is gone' };
    const decision = this.#toDecision(comment);
    if ('refusal' in decision) return decision;
    const pull = await readPull(this.#client, this.#number);
    const refusal =
      this.#staleness(pull) ?? (await this.#authority.objection(decision.person, pull)) ?? (await this.#objectionTo(decision));
    return refusal === null ? { decision, pull } : { refusal };
  }

  async #read(id: string): Promise<Comment | null> {
    if (!/^[0-9]{1,15}$/u.test(id)) return null;
    try {
      return (await this.#client.request({ method: 'GET', path: `/issues/comments/${id}` }, commentSchema)).data;
    } catch (error) {
      if (error instanceof GitHubError && error.failure.kind === 'refused' && error.failure.status === 404) return null;
      throw error;
    }
  }

  async #list(): Promise<Decision[]> {
    const { items, complete } = await this.#client.pages(`/issues/${this.#number}/comments`, MOST_PAGES, z.array(commentSchema));
    if (!complete) throw new GitHubError({ kind: 'unclear', reason: `there are more than ${MOST_PAGES * 100} comments to look through` });
    return items.flatMap((comment) => {
      const decision = this.#toDecision(comment);
      return 'refusal' in decision ? [] : [decision];
    });
  }

  #toDecision(comment: Comment): Decision | { readonly refusal: string } {
    const { id, node_id: nodeId, body, user, html_url: url, issue_url: issue, created_at: created, updated_at: updated } = comment;
    const read = readCommand(body);
    if (!issue.endsWith(`/issues/${this.#number}`)) return { refusal: 'the comment is on another pull request' };
    if (read.kind !== 'command') return { refusal: 'the comment holds no command' };
    if (updated !== created) return { refusal: EDITED };
    if (user === null) return { refusal: 'the author of the comment is gone' };
    if (comment.performed_via_github_app || user.type !== 'User') return { refusal: 'a program wrote the comment: a person must decide' };
    if (read.command.headSha !== this.#headSha)
      return { refusal: `it is about commit ${read.command.headSha}, and the head of the pull request is ${this.#headSha}` };
    return { id, nodeId, person: user, command: read.command, at: Date.parse(created), url };
  }

  #staleness({ open, headSha }: Pull): string | null {
    if (!open) return 'the pull request is not open';
    return headSha === this.#headSha ? null : `the pull request has moved on to commit ${headSha}: decide on that`;
  }

  /** Why a comment does not count whoever wrote it. @throws GitHubError */
  async #objectionTo({ nodeId, at }: Decision): Promise<string | null> {
    const now = this.#client.serverDate?.getTime();
    if (now === undefined || !Number.isFinite(at)) return 'GitHub does not say how old the comment is';
    if (now > at + this.#rules.deadlineMilliseconds)
      return `the comment is older than ${hours(this.#rules.deadlineMilliseconds)}, which is as long as a decision holds: write a new one`;
    return (await this.#wasEdited(nodeId)) ? EDITED : null;
  }

  /** Whoever may write may edit what others wrote, and the times of a comment are whole seconds: this one is exact. */
  async #wasEdited(nodeId: string): Promise<boolean> {
    const query = `query { node(id: "${nodeId}") { ... on IssueComment { lastEditedAt } } }`;
    return (await this.#client.query(query, editSchema)).data.node.lastEditedAt !== null;
  }
}

function hours(milliseconds: number): string {
  const count = Math.round(milliseconds / 360_000) / 10;
  return `${count} ${count === 1 ? 'hour' : 'hours'}`;
}
