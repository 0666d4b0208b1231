/**
 * Requests to GitHub's API for one repository: bounded in time, retried where that is safe, answers validated.
 * Limits are GitHub's own: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
import { z } from 'zod';
import type { RunContext } from './event.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the repository, encoded: `/issues/7/comments?per_page=100`. */
  readonly path: string;
  readonly body?: unknown;
}

export interface Answer<T> {
  readonly data: T;
  /** The answer has a next page. */
  readonly more: boolean;
}

export type Failure =
  /** Nothing was done, and asking again would change nothing. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string; readonly acceptedPermissions: string | null }
  /** Nothing was done; GitHub asks to wait. */
  | { readonly kind: 'limited'; readonly waitSeconds: number }
  /** No answer, or none that can be understood: it may have been done. */
  | { readonly kind: 'unclear'; readonly reason: string };

export class GitHubError extends Error {
  override readonly name = 'GitHubError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.kind === 'refused' ? `${failure.status} ${failure.message}` : failure.kind === 'limited' ? 'rate limit' : failure.reason);
    this.failure = failure;
  }
}

export interface Clock {
  /** Milliseconds from any fixed moment, never going back. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

export interface ClientOptions extends Pick<RunContext, 'apiUrl' | 'graphqlUrl' | 'repository'> {
  /** Null: asks without one, which public repositories answer. */
  readonly token: string | null;
  readonly clock?: Clock;
  /** For one attempt, its body included; by default 20 s. */
  readonly attemptMilliseconds?: number;
  /** For all requests together, waiting included; by default 5 minutes. */
  readonly totalMilliseconds?: number;
}

const ATTEMPTS = 4;
/** What to wait when GitHub does not say: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api */
const UNSTATED_WAIT_SECONDS = 60;

export class GitHubClient {
  readonly clock: Clock;
  readonly #options: ClientOptions;
  #left: number;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.clock = options.clock ?? systemClock;
    this.#left = options.totalMilliseconds ?? 300_000;
  }

  /**
   * Reads are repeated when it is not clear what became of them; writes only when it is certain that nothing was done:
   * after an unclear one the caller must look first.
   * @throws GitHubError
   */
  async request<T>(call: Call, schema: z.ZodType<T>): Promise<Answer<T>> {
    const { apiUrl, repository } = this.#options;
    const url = `${apiUrl}/repos/${encodeURIComponent(repository.owner)}/${encodeURIComponent(repository.name)}${call.path}`;
    return this.#repeat(url, call.method, call.body, schema, call.method === 'GET');
  }

  /** Every page, one after the other; `most` pages at most. @throws GitHubError */
  async pages<T>(path: string, most: number, schema: z.ZodType<T[]>): Promise<{ items: T[]; complete: boolean }> {
    const items: T[] = [];
    for (let page = 1; page <= most; page += 1) {
      const { data, more } = await this.request({ method: 'GET', path: `${path}?per_page=100&page=${page}` }, schema);
      items.push(...data);
      if (!more) return { items, complete: true };
    }
    return { items, complete: false };
  }

  /** A GraphQL query (never a mutation: it is repeated like a read). @throws GitHubError */
  async query<T>(query: string, schema: z.ZodType<T>): Promise<T> {
    return (await this.#repeat(this.#options.graphqlUrl, 'POST', { query }, schema, true)).data;
  }

  /** Waits as long as the total allows; false when it does not. */
  async pause(milliseconds: number): Promise<boolean> {
    if (milliseconds > this.#left) return false;
    this.#left -= milliseconds;
    await this.clock.sleep(milliseconds);
    return true;
  }

  async #repeat<T>(url: string, method: string, body: unknown, schema: z.ZodType<T>, isRead: boolean): Promise<Answer<T>> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(url, method, body, schema);
      if (!('kind' in outcome)) return outcome;
      const repeatable = outcome.kind === 'limited' || (outcome.kind === 'unclear' && isRead);
      const wait = outcome.kind === 'limited' ? outcome.waitSeconds * 1000 : 1000 * 2 ** (attempt - 1);
      if (!repeatable || attempt === ATTEMPTS || !(await this.pause(wait))) throw new GitHubError(outcome);
    }
  }

  async #attempt<T>(url: string, method: string, body: unknown, schema: z.ZodType<T>): Promise<Answer<T> | Failure> {
    const { token, attemptMilliseconds = 20_000 } = this.#options;
    const limit = Math.min(attemptMilliseconds, this.#left);
    if (limit <= 0) return { kind: 'unclear', reason: 'the time for talking to GitHub is used up' };
    const started = this.clock.now();
    try {
      const response = await fetch(url, {
        method,
        headers: {
          accept: 'application/vnd.github+json',
          'user-agent': 'infrastructure-security-agent',
          'x-github-api-version': '2022-11-28',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(limit),
      });
      return understand(response, await response.text(), schema);
    } catch (error) {
      return { kind: 'unclear', reason: reasonOf(error, limit) };
    } finally {
      this.#left -= this.clock.now() - started;
    }
  }
}

function understand<T>(response: Response, text: string, schema: z.ZodType<T>): Answer<T> | Failure {
  const json = parseJson(text);
  if (response.ok) {
    const read = schema.safeParse(response.status === 204 ? null : json);
    if (!read.success)
      return { kind: 'unclear', reason: `GitHub answered ${response.status} with a body that is cut or not as documented` };
    return { data: read.data, more: /<[^>]*>; rel="next"/u.test(response.headers.get('link') ?? '') };
  }
  const message = messageOf(json);
  const waitSeconds = limitOf(response, message);
  if (waitSeconds !== null) return { kind: 'limited', waitSeconds };
  if (response.status >= 500) return { kind: 'unclear', reason: `GitHub answered ${response.status}` };
  return { kind: 'refused', status: response.status, message, acceptedPermissions: response.headers.get('x-accepted-github-permissions') };
}

/** Seconds to wait when the answer is about a rate limit, primary or secondary; else null. */
function limitOf({ status, headers }: Response, message: string): number | null {
  if (status !== 403 && status !== 429) return null;
  const stated = headers.get('retry-after');
  if (stated !== null && /^[0-9]{1,9}$/u.test(stated)) return Number(stated);
  if (headers.get('x-ratelimit-remaining') === '0') {
    // Both times are GitHub's, so that a wrong clock here does not matter.
    const seconds = Number(headers.get('x-ratelimit-reset')) - Date.parse(headers.get('date') ?? '') / 1000;
    return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds) + 1) : UNSTATED_WAIT_SECONDS;
  }
  return status === 429 || /secondary rate limit/iu.test(message) ? UNSTATED_WAIT_SECONDS : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const wordsSchema = z.object({ message: z.string().catch('') });
const refusalSchema = wordsSchema.extend({
  errors: z.array(z.union([z.string(), wordsSchema.transform((each) => each.message), z.unknown().transform(() => '')])).catch([]),
});

/** GitHub's own words: the message, and those of its `errors` where it gives any. */
function messageOf(json: unknown): string {
  const read = refusalSchema.safeParse(json);
  const words = read.success ? [read.data.message, ...read.data.errors] : [];
  return words.filter((each) => each !== '').join('; ') || 'nothing more';
}

function reasonOf(error: unknown, limit: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `GitHub did not answer within ${Math.ceil(limit / 1000)} s`;
  return error.cause instanceof Error
    ? `GitHub could not be reached: ${error.cause.message}`
    : `GitHub could not be reached: ${error.message}`;
}
