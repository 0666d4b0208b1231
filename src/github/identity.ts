/** Whom this run's token writes as: a comment is only ours when its author is. */
import { z } from 'zod';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';

export const userSchema = z.object({ id: z.number().int(), login: z.string(), type: z.string() }).nullable();

export type User = z.output<typeof userSchema>;

/** The user as which comments written with a job's own token appear on github.com. */
const ACTIONS_BOT = { id: 41_898_282, login: 'github-actions[bot]', type: 'Bot' } as const;

const viewerSchema = z.object({ data: z.object({ viewer: z.object({ databaseId: z.number().int().nullish() }).nullish() }).nullish() });

export class Identity {
  readonly #client: GitHubClient;
  #self: ((user: User) => boolean) | null = null;

  constructor(client: GitHubClient) {
    this.#client = client;
  }

  /** The author of something that this run wrote. */
  learn(author: User): void {
    if (author !== null) this.#self ??= (user) => user?.id === author.id;
  }

  /**
   * A job's own token has no user to ask for by REST; GraphQL names the viewer for every kind of token.
   * @throws GitHubError
   */
  async recognise(): Promise<(user: User) => boolean> {
    if (this.#self !== null) return this.#self;
    const id = await this.#viewerId();
    this.#self = id === null ? isActionsBot : (user) => user?.id === id;
    return this.#self;
  }

  /** Null where the server does not say, as one without GraphQL. */
  async #viewerId(): Promise<number | null> {
    try {
      return (await this.#client.query('query { viewer { databaseId } }', viewerSchema)).data?.viewer?.databaseId ?? null;
    } catch (error) {
      if (error instanceof GitHubError && error.failure.kind === 'refused' && [403, 404].includes(error.failure.status)) return null;
      throw error;
    }
  }
}

function isActionsBot(user: User): boolean {
  return user !== null && user.type === ACTIONS_BOT.type && (user.id === ACTIONS_BOT.id || user.login === ACTIONS_BOT.login);
}
