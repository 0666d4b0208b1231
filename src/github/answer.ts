/** The answer to a comment that gave a command: a reaction to it, and in words when it had no effect. Each comment is answered once. */
import { z } from 'zod';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';
import { firstLine } from './comment.ts';
import type { Delivery } from './errors.ts';
import { deliver } from './errors.ts';
import { Identity, userSchema } from './identity.ts';

export interface Answer {
  /** Of the pull request. */
  readonly number: number;
  readonly commentId: number;
  readonly reaction: '+1' | 'confused';
  /** Markdown; null: the reaction says it all. */
  readonly text: string | null;
}

/** First line of an answer in words: with its author it tells that the comment was answered. */
function markerOf(commentId: number): string {
  return `<!-- infrastructure-security-agent answer ${commentId} -->`;
}

const MARKER = /^<!-- infrastructure-security-agent answer [0-9]{1,15} -->$/u;

const reactionsSchema = z.array(z.object({ user: userSchema }));
const commentsSchema = z.array(z.object({ body: z.string().nullish(), user: userSchema }));

/** 10,000 comments. */
const MOST_PAGES = 100;
/** On one pull request: anybody may comment, and must not be able to make this program write without end. */
export const MOST_ANSWERS = 20;
const ROUNDS = 4;

/** Every failure is a notice. */
export function answerComment(client: GitHubClient, answer: Answer): Promise<Delivery<void>> {
  const purpose = { lost: 'The comment was not answered', permission: 'pull-requests: write', fork: false };
  return deliver(purpose, async () => {
    const { text } = answer;
    if (text !== null) await untilClear(client, () => write(client, answer, text));
    // The same reaction twice is one.
    const path = `/issues/comments/${answer.commentId}/reactions`;
    await untilClear(client, () => client.request({ method: 'POST', path, body: { content: answer.reaction } }, z.unknown()));
  });
}

/** Whether this program told of a comment that it took effect. @throws GitHubError */
export async function tookEffect(client: GitHubClient, commentId: number): Promise<boolean> {
  const { items } = await client.pages(`/issues/comments/${commentId}/reactions?content=%2B1`, MOST_PAGES, reactionsSchema);
  return items.length > 0 && items.map(({ user }) => user).some(await new Identity(client).recognise());
}

async function write(client: GitHubClient, { number, commentId }: Answer, text: string): Promise<void> {
  const marker = markerOf(commentId);
  const { items, complete } = await client.pages(`/issues/${number}/comments`, MOST_PAGES, commentsSchema);
  const marked = items.filter(({ body }) => MARKER.test(firstLine(body ?? '')));
  const isSelf = marked.length === 0 ? () => false : await new Identity(client).recognise();
  const own = marked.filter(({ user }) => isSelf(user));
  if (!complete || own.length >= MOST_ANSWERS || own.some(({ body }) => firstLine(body ?? '') === marker)) return;
  await client.request({ method: 'POST', path: `/issues/${number}/comments`, body: { body: `${marker}\n${text}` } }, z.unknown());
}

/** Does it again, whole, where it is not clear whether it was done: it does nothing twice. */
async function untilClear(client: GitHubClient, act: () => Promise<unknown>): Promise<void> {
  for (let round = 0; ; round += 1) {
    try {
      await act();
      return;
    } catch (error) {
      const unclear = error instanceof GitHubError && error.failure.kind === 'unclear';
      if (!unclear || round === ROUNDS - 1 || !(await client.pause(1000 * 2 ** round))) throw error;
    }
  }
}
