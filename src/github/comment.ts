/**
 * The one summary comment of a pull request: created or updated in place, whatever else happens at the same time.
 *
 * Each round looks at what is there and does the one thing that is missing, until nothing is. An answer that was lost,
 * a comment deleted meanwhile and another run creating one at the same moment are then all the same case. Two runs that
 * both created one keep the older comment and remove the other.
 */
import { z } from 'zod';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';
import type { Delivery } from './errors.ts';
import { deliver } from './errors.ts';
import { Identity, userSchema } from './identity.ts';
import { hasMovedOn } from './pull-request.ts';

/** First line of the comment; with its author it tells the comment from all others. */
export const COMMENT_MARKER = '<!-- infrastructure-security-agent -->';

export interface CommentRequest {
  readonly number: number;
  /** What was audited; a pull request that has moved on since is left to the run of its newer head. */
  readonly headSha: string;
  /** Markdown without the marker. */
  readonly text: string;
  /** False: one that is there is updated, but none is created. */
  readonly create: boolean;
  readonly fork: boolean;
}

export interface Published {
  /** `superseded`: the head has moved on, nothing was written over. `not-needed`: none is there and none was to be created. */
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'superseded' | 'not-needed';
  readonly url: string | null;
}

/** Every failure is a notice. */
export function publishComment(client: GitHubClient, request: CommentRequest): Promise<Delivery<Published>> {
  const purpose = { lost: 'The summary comment was not written', permission: 'pull-requests: write', fork: request.fork };
  return deliver(purpose, () => new Publication(client, request).converge());
}

const commentSchema = z.object({
  id: z.number().int(),
  body: z
    .string()
    .nullish()
    .transform((body) => body ?? ''),
  html_url: z.string(),
  updated_at: z.string(),
  user: userSchema,
});

export type Comment = z.output<typeof commentSchema>;

const ROUNDS = 8;
/** 10,000 comments; GitHub itself takes fewer on one pull request. */
const MOST_PAGES = 100;

class Publication {
  readonly #client: GitHubClient;
  readonly #request: CommentRequest;
  readonly #body: string;
  readonly #identity: Identity;
  /** What GitHub answered to this run's own writes: a list read right after them may not show them yet. */
  readonly #written = new Map<number, Comment>();
  #created: number | null = null;
  #outcome: 'created' | 'updated' | 'unchanged' = 'unchanged';

  constructor(client: GitHubClient, request: CommentRequest) {
    this.#client = client;
    this.#request = request;
    this.#identity = new Identity(client);
    this.#body = `${COMMENT_MARKER}\n${request.text}`;
  }

  /** @throws GitHubError */
  async converge(): Promise<Published> {
    let failure = new GitHubError({ kind: 'unclear', reason: 'something else keeps changing or removing the comment' });
    for (let round = 0; round < ROUNDS; round += 1) {
      const own = await this.#ownComments();
      // As late as can be: GitHub has no conditional update, so the head could still move while the write is under way.
      const superseded = await hasMovedOn(this.#client, this.#request.number, this.#request.headSha);
      const step = nextStep({
        own,
        isRight: (comment) => this.#isRight(comment),
        create: this.#request.create,
        superseded,
        created: this.#created,
      });
      if (step.kind === 'done') {
        const outcome = superseded ? 'superseded' : own.length === 0 ? 'not-needed' : this.#outcome;
        return { outcome, url: own[0]?.html_url ?? null };
      }
      try {
        await this.#perform(step);
      } catch (error) {
        if (!(error instanceof GitHubError) || !(await this.#mayLookAgain(error, step, round))) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /** Oldest first. */
  async #ownComments(): Promise<Comment[]> {
    const { items, complete } = await this.#client.pages(`/issues/${this.#request.number}/comments`, MOST_PAGES, z.array(commentSchema));
    if (!complete) throw new GitHubError({ kind: 'unclear', reason: `there are more than ${MOST_PAGES * 100} comments to look through` });
    const marked = items.filter((comment) => firstLine(comment.body) === COMMENT_MARKER);
    const isSelf = marked.length === 0 ? () => false : await this.#identity.recognise();
    const own = new Map(marked.filter(({ user }) => isSelf(user)).map((comment) => [comment.id, comment]));
    for (const [id, written] of this.#written) {
      const listed = own.get(id);
      if (listed === undefined || listed.updated_at < written.updated_at) own.set(id, written);
    }
    return [...own.values()].toSorted((a, b) => a.id - b.id);
  }

  /** GitHub may store a text otherwise than it was sent: what it answered counts as right too. */
  #isRight({ id, body }: Comment): boolean {
    return body === this.#body || body === this.#written.get(id)?.body;
  }

  async #perform(step: Exclude<Step, { kind: 'done' }>): Promise<void> {
    const { number } = this.#request;
    const body = { body: this.#body };
    switch (step.kind) {
      case 'create': {
        const { data } = await this.#client.request({ method: 'POST', path: `/issues/${number}/comments`, body }, commentSchema);
        this.#written.set(data.id, data);
        this.#created = data.id;
        this.#identity.learn(data.user);
        this.#outcome = 'created';
        return;
      }
      case 'update': {
        const { data } = await this.#client.request({ method: 'PATCH', path: `/issues/comments/${step.id}`, body }, commentSchema);
        this.#written.set(data.id, data);
        if (this.#outcome === 'unchanged') this.#outcome = 'updated';
        return;
      }
      case 'remove':
        await this.#client.request({ method: 'DELETE', path: `/issues/comments/${step.id}` }, z.null());
        this.#written.delete(step.id);
        return;
      default:
        return step satisfies never;
    }
  }

  /** After an unclear write, and after one whose comment is gone. */
  async #mayLookAgain({ failure }: GitHubError, step: Step, round: number): Promise<boolean> {
    if (failure.kind === 'unclear') {
      // Should the list show it, it was this run that wrote it.
      if (step.kind === 'create') this.#outcome = 'created';
      if (step.kind === 'update' && this.#outcome === 'unchanged') this.#outcome = 'updated';
      return this.#client.pause(1000 * Math.min(2 ** round, 8));
    }
    const gone = failure.kind === 'refused' && failure.status === 404 && (step.kind === 'update' || step.kind === 'remove');
    if (gone) this.#written.delete(step.id);
    return gone;
  }
}

export type Step = { readonly kind: 'done' } | { readonly kind: 'create' } | { readonly kind: 'update' | 'remove'; readonly id: number };

export interface Situation {
  /** Comments of ours, oldest first. */
  readonly own: readonly Comment[];
  readonly isRight: (comment: Comment) => boolean;
  readonly create: boolean;
  readonly superseded: boolean;
  /** The one this run created. */
  readonly created: number | null;
}

/** The one thing to do next. A superseded run writes nothing; it only takes back a second comment of its own making. */
export function nextStep({ own, isRight, create, superseded, created }: Situation): Step {
  const [kept, ...others] = own;
  if (superseded) {
    const second = others.find(({ id }) => id === created);
    return second === undefined ? { kind: 'done' } : { kind: 'remove', id: second.id };
  }
  if (kept === undefined) return { kind: create ? 'create' : 'done' };
  if (!isRight(kept)) return { kind: 'update', id: kept.id };
  const last = others.at(-1);
  return last === undefined ? { kind: 'done' } : { kind: 'remove', id: last.id };
}

export function firstLine(body: string): string {
  return body.split(/\r?\n/u, 1)[0] ?? '';
}
