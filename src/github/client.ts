/**
 * Requests to GitHub's API for one repository: bounded in time, repeated where that is safe, answers validated.
 * Limits are GitHub's own: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
import { Octokit } from '@octokit/core';
import { z } from 'zod';
import type { Repository, RunContext } from './event.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the repository, encoded: `/issues/7/comments?per_page=100`. */
  readonly path: string;
  readonly body?: unknown;
  /** Sent once, whatever the answer: for what is out of date by the time it could be sent again. */
  readonly once?: true;
}

/** A call with its whole URL, or one below the API's. */
interface Target extends Pick<Call, 'method' | 'body' | 'once'> {
  readonly url: string;
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

export interface ClientOptions extends Pick<RunContext, 'apiUrl' | 'graphqlUrl'> {
  readonly repository: Pick<Repository, 'owner' | 'name'>;
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
/** GitHub takes 80 a minute that make content; other steps of the job have their share. */
const WRITES_PER_MINUTE = 55;

export class GitHubClient {
  readonly #octokit: Octokit;
  readonly #options: ClientOptions;
  readonly #clock: Clock;
  #left: number;
  /** When the last writes were sent, oldest first. */
  readonly #writes: number[] = [];
  #serverDate: Date | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#left = options.totalMilliseconds ?? 300_000;
    this.#octokit = new Octokit({
      baseUrl: options.apiUrl,
      auth: options.token,
      userAgent: 'infrastructure-security-agent',
      // Octokit would print what GitHub says of deprecated endpoints.
      request: { log: { warn: () => {} } },
    });
    // Every answer is an answer, whatever its status: what has none is the only error.
    this.#octokit.hook.error('request', (error) => {
      if ('response' in error && error.response !== undefined) return error.response;
      throw error;
    });
  }

  /**
   * Reads are repeated when it is not clear what became of them; writes only when it is certain that nothing was done:
   * after an unclear one the caller must look first.
   * @throws GitHubError
   */
  async request<T>(call: Call, schema: z.ZodType<T>): Promise<Answer<T>> {
    const { owner, name } = this.#options.repository;
    return this.#repeat({ ...call, url: `/repos/${owner}/${name}${call.path}` }, schema, call.method === 'GET');
  }

  /** A read of something else than the repository. @param url below the API's, encoded: `/users/octocat` @throws GitHubError */
  async readApi<T>(url: string, schema: z.ZodType<T>): Promise<T> {
    return (await this.#repeat({ method: 'GET', url }, schema, true)).data;
  }

  /** Every page, one after the other; `most` pages at most. @throws GitHubError */
  async pages<T>(path: string, most: number, schema: z.ZodType<readonly T[]>): Promise<{ items: T[]; complete: boolean }> {
    const items: T[] = [];
    const query = path.includes('?') ? '&' : '?';
    for (let page = 1; page <= most; page += 1) {
      const { data, more } = await this.request({ method: 'GET', path: `${path}${query}per_page=100&page=${page}` }, schema);
      items.push(...data);
      if (!more) return { items, complete: true };
    }
    return { items, complete: false };
  }

  /** A GraphQL query (never a mutation: it is repeated like a read). @throws GitHubError */
  async query<T>(query: string, schema: z.ZodType<T>): Promise<T> {
    return (await this.#repeat({ method: 'POST', url: this.#options.graphqlUrl, body: { query } }, schema, true)).data;
  }

  /** Waits as long as the total allows; false when it does not. */
  async pause(milliseconds: number): Promise<boolean> {
    if (milliseconds > this.#left) return false;
    this.#left -= milliseconds;
    await this.#clock.sleep(milliseconds);
    return true;
  }

  /** Milliseconds from any fixed moment, never going back. */
  now(): number {
    return this.#clock.now();
  }

  /** The time by GitHub's clock, at its last answer, to the second; null before there was one. */
  get serverDate(): Date | null {
    return this.#serverDate;
  }

  /** Writes of the whole run stay below what GitHub takes in a minute. @throws GitHubError when the wait is too long */
  async #takeTurn(once: boolean): Promise<void> {
    const earlier = this.#writes.at(-WRITES_PER_MINUTE);
    const wait = earlier === undefined ? 0 : earlier + 60_000 - this.now();
    if (wait > 0 && (once || !(await this.pause(wait)))) throw new GitHubError({ kind: 'limited', waitSeconds: Math.ceil(wait / 1000) });
    this.#writes.push(this.now());
  }

  async #repeat<T>(target: Target, schema: z.ZodType<T>, isRead: boolean): Promise<Answer<T>> {
    for (let attempt = 1; ; attempt += 1) {
      if (!isRead) await this.#takeTurn(target.once === true);
      const outcome = await this.#attempt(target, schema);
      if (!('kind' in outcome)) return outcome;
      const repeatable = outcome.kind === 'limited' || (outcome.kind === 'unclear' && isRead);
      const wait = outcome.kind === 'limited' ? outcome.waitSeconds * 1000 : 1000 * 2 ** (attempt - 1);
      if (!repeatable || target.once === true || attempt === ATTEMPTS || !(await this.pause(wait))) throw new GitHubError(outcome);
    }
  }

  async #attempt<T>({ method, url, body }: Target, schema: z.ZodType<T>): Promise<Answer<T> | Failure> {
    const limit = Math.min(this.#options.attemptMilliseconds ?? 20_000, this.#left);
    if (limit <= 0) return { kind: 'unclear', reason: 'the time for talking to GitHub is used up' };
    const started = this.#clock.now();
    try {
      const response = await this.#octokit.request({
        method,
        url,
        headers: { 'x-github-api-version': '2022-11-28' },
        request: { signal: AbortSignal.timeout(limit) },
        ...(body === undefined ? {} : { data: body }),
      });
      const date = Date.parse(String(response.headers['date']));
      if (Number.isFinite(date)) this.#serverDate = new Date(date);
      return understand(response, schema);
    } catch (error) {
      return { kind: 'unclear', reason: reasonOf(error, limit) };
    } finally {
      this.#left -= this.#clock.now() - started;
    }
  }
}

/** As octokit gives it: `data` is `''` without a body, and also where the connection broke within it; a text where it is not JSON. */
interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

function understand<T>(response: Response, schema: z.ZodType<T>): Answer<T> | Failure {
  const { status, headers, data } = response;
  if (status < 300) {
    const read = schema.safeParse(status === 204 ? null : data);
    if (!read.success) return { kind: 'unclear', reason: `GitHub answered ${status} with a body that is cut or not as documented` };
    return { data: read.data, more: /<[^>]*>; rel="next"/u.test(String(headers['link'])) };
  }
  const message = messageOf(data);
  const waitSeconds = limitOf(response, message);
  if (waitSeconds !== null) return { kind: 'limited', waitSeconds };
  if (status >= 500) return { kind: 'unclear', reason: `GitHub answered ${status}` };
  const accepted = headers['x-accepted-github-permissions'];
  return { kind: 'refused', status, message, acceptedPermissions: accepted === undefined ? null : String(accepted) };
}

/** Seconds to wait when the answer is about a rate limit, primary or secondary; else null. */
function limitOf({ status, headers }: Response, message: string): number | null {
  if (status !== 403 && status !== 429) return null;
  const stated = String(headers['retry-after']);
  if (/^[0-9]{1,9}$/u.test(stated)) return Number(stated);
  if (headers['x-ratelimit-remaining'] === '0') {
    // Both times are GitHub's, so that a wrong clock here does not matter.
    const seconds = Number(headers['x-ratelimit-reset']) - Date.parse(String(headers['date'])) / 1000;
    return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds) + 1) : UNSTATED_WAIT_SECONDS;
  }
  return status === 429 || /secondary rate limit/iu.test(message) ? UNSTATED_WAIT_SECONDS : null;
}

const wordsSchema = z.object({ message: z.string().catch('') });
const refusalSchema = wordsSchema.extend({
  errors: z.array(z.union([z.string(), wordsSchema.transform((each) => each.message), z.unknown().transform(() => '')])).catch([]),
});

/** GitHub's own words: the message, and those of its `errors` where it gives any. */
function messageOf(data: unknown): string {
  const read = refusalSchema.safeParse(data);
  const words = read.success ? [read.data.message, ...read.data.errors] : [];
  return words.filter((each) => each !== '').join('; ') || 'nothing more';
}

function reasonOf(error: unknown, limit: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error && error.cause.name === 'TimeoutError')
    return `GitHub did not answer within ${Math.ceil(limit / 1000)} s`;
  return `GitHub could not be reached: ${error.message}`;
}
