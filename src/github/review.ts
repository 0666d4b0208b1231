/**
 * Suggestions beside the changed lines of a pull request: one review with a comment each, kept in step with what is found.
 *
 * Each round looks at the comments that are there and does everything that is missing, until nothing is: a suggestion that is there
 * already is not posted again, one that applies no more is removed, or closed by an edit where somebody replied to it. An answer that
 * was lost and another run at the same moment are then the same case as any other.
 */
import { z } from 'zod';
import { closedSuggestion } from '../report/suggestions.ts';
import type { Suggestion, SuggestionPlan } from '../report/suggestions.ts';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';
import { firstLine } from './comment.ts';
import type { Delivery } from './errors.ts';
import { deliver } from './errors.ts';
import { Identity, userSchema } from './identity.ts';
import { hasMovedOn } from './pull-request.ts';

export interface ReviewRequest {
  readonly number: number;
  /** What was audited; a pull request that has moved on since is left to the run of its newer head. */
  readonly headSha: string;
  readonly fork: boolean;
  readonly plan: SuggestionPlan;
}

export interface Reviewed {
  readonly superseded: boolean;
  /** Suggestions that GitHub did not take. */
  readonly refused: number;
}

/** Every failure is a notice. */
export function publishReview(client: GitHubClient, request: ReviewRequest): Promise<Delivery<Reviewed>> {
  const purpose = { lost: 'The suggestions were not brought up to date', permission: 'pull-requests: write', fork: request.fork };
  return deliver(purpose, () => new Review(client, request).converge());
}

/** First line of a suggestion: with its author it tells a comment as ours. Nothing else in a comment is read. */
const MARKER = /^<!-- infrastructure-security-agent suggestion ([0-9a-f]{16}) ([0-9a-f]{16}) -->$/u;

function marked({ subject, content }: Pick<Suggestion, 'subject' | 'content'>, text: string): string {
  return `<!-- infrastructure-security-agent suggestion ${subject} ${content} -->\n${text}`;
}

const commentSchema = z.object({
  id: z.number().int(),
  body: z.string(),
  user: userSchema,
  /** Null when the lines are no longer in the diff. */
  line: z.number().int().nullish(),
  in_reply_to_id: z.number().int().optional(),
});

type Comment = z.output<typeof commentSchema>;

/** A suggestion that stands on the pull request. */
export interface Standing {
  readonly id: number;
  readonly subject: string;
  readonly content: string;
  readonly body: string;
  /** Its lines are no longer in the diff, so nobody can commit it. */
  readonly outdated: boolean;
  readonly replied: boolean;
}

const ROUNDS = 6;
/** 10,000 comments. */
const MOST_PAGES = 100;
/** GitHub takes a review as a whole or not at all, without saying which comment is wrong: it is halved so often at most. */
const MOST_REFUSALS = 12;

class Review {
  readonly #client: GitHubClient;
  readonly #request: ReviewRequest;
  readonly #identity: Identity;
  /** Contents that GitHub answered for, or refused: a list read right after may not show them yet. */
  readonly #posted = new Set<string>();
  readonly #refused = new Set<string>();
  /** Comments this run has changed or removed, with the body they have now. */
  readonly #written = new Map<number, string | null>();
  #refusals = 0;

  constructor(client: GitHubClient, request: ReviewRequest) {
    this.#client = client;
    this.#request = request;
    this.#identity = new Identity(client);
  }

  /** @throws GitHubError */
  async converge(): Promise<Reviewed> {
    const { number, headSha, plan } = this.#request;
    let failure = new GitHubError({ kind: 'unclear', reason: 'something else keeps changing the suggestions' });
    for (let round = 0; round < ROUNDS; round += 1) {
      const standing = await this.#standing();
      const wanted = plan.suggestions.filter(({ content }) => !this.#refused.has(content));
      const steps = nextSteps({ standing, wanted, posted: this.#posted, fateOf: plan.fateOf });
      if (steps.length === 0) return { superseded: false, refused: this.#refused.size };
      if (await hasMovedOn(this.#client, number, headSha)) return { superseded: true, refused: this.#refused.size };
      try {
        for (const step of steps) await this.#perform(step);
      } catch (error) {
        if (!(error instanceof GitHubError) || !(await this.#mayLookAgain(error, round))) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /** Suggestions of ours, oldest first. */
  async #standing(): Promise<Standing[]> {
    const { items, complete } = await this.#client.pages(`/pulls/${this.#request.number}/comments`, MOST_PAGES, z.array(commentSchema));
    if (!complete)
      throw new GitHubError({ kind: 'unclear', reason: `there are more than ${MOST_PAGES * 100} review comments to look through` });
    const candidates = items.filter(({ body, in_reply_to_id: parent }) => parent === undefined && MARKER.test(firstLine(body)));
    const isSelf = candidates.length === 0 ? () => false : await this.#identity.recognise();
    const answered = new Set(items.map((comment) => comment.in_reply_to_id));
    return candidates
      .filter(({ id, user }) => isSelf(user) && this.#written.get(id) !== null)
      .map((comment) => this.#toStanding(comment, answered.has(comment.id)))
      .toSorted((a, b) => a.id - b.id);
  }

  #toStanding({ id, body, line }: Comment, replied: boolean): Standing {
    const [, subject = '', content = ''] = MARKER.exec(firstLine(body)) ?? [];
    return { id, subject, content, body: this.#written.get(id) ?? body, outdated: (line ?? null) === null, replied };
  }

  async #perform(step: Step): Promise<void> {
    switch (step.kind) {
      case 'post':
        return this.#post(step.suggestions);
      case 'update':
        await this.#client.request({ method: 'PATCH', path: `/pulls/comments/${step.id}`, body: { body: step.body } }, commentSchema);
        this.#written.set(step.id, step.body);
        return;
      case 'remove':
        await this.#client.request({ method: 'DELETE', path: `/pulls/comments/${step.id}` }, z.null());
        this.#written.set(step.id, null);
        return;
      default:
        return step satisfies never;
    }
  }

  /** One review; in halves when GitHub does not take it, so that one that is wrong does not lose the others. */
  async #post(suggestions: readonly Suggestion[]): Promise<void> {
    const { number, headSha } = this.#request;
    const body = { commit_id: headSha, event: 'COMMENT', comments: suggestions.map(toComment) };
    try {
      await this.#client.request({ method: 'POST', path: `/pulls/${number}/reviews`, body }, z.object({ id: z.number() }));
      for (const { content } of suggestions) this.#posted.add(content);
    } catch (error) {
      const invalid = error instanceof GitHubError && error.failure.kind === 'refused' && error.failure.status === 422;
      this.#refusals += 1;
      if (!invalid || this.#refusals > MOST_REFUSALS) throw error;
      const middle = Math.ceil(suggestions.length / 2);
      if (suggestions.length === 1) this.#refused.add(suggestions[0]?.content ?? '');
      else for (const half of [suggestions.slice(0, middle), suggestions.slice(middle)]) await this.#post(half);
    }
  }

  /** After an unclear write, and after one whose comment is gone. */
  async #mayLookAgain({ failure }: GitHubError, round: number): Promise<boolean> {
    if (failure.kind === 'unclear') return this.#client.pause(1000 * Math.min(2 ** round, 8));
    return failure.kind === 'refused' && failure.status === 404;
  }
}

function toComment(suggestion: Suggestion): object {
  const { file, startLine, endLine, body } = suggestion;
  const start = startLine === endLine ? {} : { start_line: startLine, start_side: 'RIGHT' };
  return { path: file, body: marked(suggestion, body), line: endLine, side: 'RIGHT', ...start };
}

export type Step =
  | { readonly kind: 'post'; readonly suggestions: readonly Suggestion[] }
  | { readonly kind: 'update'; readonly id: number; readonly body: string }
  | { readonly kind: 'remove'; readonly id: number };

export interface Situation {
  /** Suggestions of ours, oldest first. */
  readonly standing: readonly Standing[];
  readonly wanted: readonly Suggestion[];
  /** Contents that this run has posted. */
  readonly posted: ReadonlySet<string>;
  readonly fateOf: SuggestionPlan['fateOf'];
}

/** All that is missing, what is new first. Of two that are the same, the one with replies is kept, else the older. */
export function nextSteps({ standing, wanted, posted, fateOf }: Situation): Step[] {
  const kept = new Map<string, Standing>();
  for (const one of standing.filter(({ outdated }) => !outdated)) {
    const other = kept.get(one.content);
    if (other === undefined || (one.replied && !other.replied)) kept.set(one.content, one);
  }
  const missing = wanted.filter(({ content }) => !kept.has(content) && !posted.has(content));
  const update = (one: Standing, text: string): Step[] => {
    const body = marked(one, text);
    return isSameText(one.body, body) ? [] : [{ kind: 'update', id: one.id, body }];
  };
  const others = standing.flatMap((one): Step[] => {
    const suggestion = wanted.find(({ content }) => content === one.content);
    if (suggestion !== undefined && kept.get(one.content) === one) return update(one, suggestion.body);
    const fate = suggestion === undefined ? fateOf(one.subject) : 'changed';
    if (fate === 'unknown') return [];
    return one.replied ? update(one, closedSuggestion(fate)) : [{ kind: 'remove', id: one.id }];
  });
  return [...(missing.length === 0 ? [] : [{ kind: 'post', suggestions: missing } as const]), ...others];
}

/** GitHub may store line ends and blanks at the end otherwise than they were sent. */
function isSameText(a: string, b: string): boolean {
  return a.replaceAll('\r\n', '\n').trimEnd() === b.replaceAll('\r\n', '\n').trimEnd();
}
