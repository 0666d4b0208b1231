/**
 * A GitHub for tests, over HTTP: refuses what GitHub refuses, pages as GitHub pages, logs every request, and fails on demand.
 *
 * ```ts
 * const github = await FakeGitHub.start();
 * github.pull({ number: 7, headSha: HEAD, baseSha: BASE });
 * github.commit(BASE, { '.github/infra-audit.yml': 'version: 1\n' });
 * github.permissions = { contents: 'read' };                            // writes answer 403
 * github.fault({ method: 'POST', path: /comments$/, when: 'after', as: 'reset' });
 * github.reviews.setFiles(7, [{ filename: 'main.tf', before: null, after: '...' }]);
 * // point GITHUB_API_URL at github.url
 * expect(github.comments(7).map(({ body }) => body)).toEqual([...]);
 * expect(github.checks.all().map(({ conclusion }) => conclusion)).toEqual(['success']);
 * expect(github.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([...]);
 * await github.close();
 * ```
 *
 * Sources: https://docs.github.com/rest (issues/comments, pulls, checks, repos/contents, git/commits, rate limits).
 */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeChecks } from './github-checks.ts';
import { AUTHOR, FakePeople, commitJson } from './github-people.ts';
import type { FakeCommit, User } from './github-people.ts';
import { FakeSettings } from './github-settings.ts';
import { bodyOf, invalid, paged, refusal } from './github-reply.ts';
import type { Reply } from './github-reply.ts';
import { FakeReviews } from './github-reviews.ts';
import { FakeTrees } from './github-trees.ts';

export type { User } from './github-people.ts';

/** Whose comments a job's own token writes. */
export const ACTIONS_BOT: User = { id: 41_898_282, login: 'github-actions[bot]', type: 'Bot' };

/** The App as which a job's own token acts. */
export const ACTIONS_APP = 15_368;

export type Permission = 'checks' | 'contents' | 'issues' | 'pull-requests';

export interface StoredComment {
  readonly id: number;
  readonly pull: number;
  readonly user: User;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When it was edited, to the moment; null: never. */
  readonly lastEditedAt: string | null;
  readonly viaApp: boolean;
}

export interface Pull {
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
  readonly locked?: boolean;
  readonly state?: 'open' | 'closed';
  readonly draft?: boolean;
  /** Who opened it; by default somebody who may write. */
  readonly author?: User;
  /** Who pushed this head; by default the author. */
  readonly pusher?: User | null;
  /** `OWNER/NAME`; null: it is gone. By default the repository itself. */
  readonly headRepository?: string | null;
  readonly headBranch?: string;
  /** By default one of the author. */
  readonly commits?: readonly FakeCommit[];
}

export interface StoredReaction {
  readonly comment: number;
  readonly user: User;
  readonly content: string;
}

export interface LoggedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  /** Null when the connection was reset or left hanging. */
  readonly status: number | null;
}

export interface Fault {
  readonly method: string;
  /** Matched against the path without the query. */
  readonly path: RegExp;
  /** `before`: nothing is done. `after`: it is done and the answer is lost. */
  readonly when: 'before' | 'after';
  /** A status; `reset`: the connection breaks; `hang`: no answer; `cut`: the connection breaks half way through the answer's body, under its own status. */
  readonly as: number | 'reset' | 'hang' | 'cut' | Reply;
  /** How often; by default once. */
  readonly times?: number;
}

interface Call {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  readonly authenticated: boolean;
}

export class FakeGitHub {
  readonly repository = { owner: 'octo', name: 'infra', id: 4242 };
  /** The only token that is taken. */
  readonly token = 'ghs_15368_e30.e30.c2ln-natur_e';
  /** Of the token. In a public repository everything can be read without. */
  permissions: Partial<Record<Permission, 'read' | 'write'>> = { contents: 'read', 'pull-requests': 'write', checks: 'write' };
  visibility: 'public' | 'private' = 'public';
  /** Who the token is. */
  actor: User = ACTIONS_BOT;
  readonly requests: LoggedRequest[] = [];
  readonly checks = new FakeChecks();
  readonly reviews = new FakeReviews();
  readonly people = new FakePeople();
  readonly settings = new FakeSettings();
  /** Whether answers say what time it is. */
  hasClock = true;
  readonly reactions: StoredReaction[] = [];
  readonly trees = new FakeTrees();
  /** Files of other repositories: `/repos/acme/policies/contents/audit.yml?ref=v1`. */
  readonly elsewhere = new Map<string, string>();
  /** Awaited before a request takes effect: to order requests of several clients, or to change things in between. */
  beforeEach: (request: { readonly method: string; readonly path: string }) => Promise<void> | void = () => {};
  /** So many lists of comments still show what was there before this was set. */
  staleLists = 0;

  readonly #server: Server;
  readonly #pulls = new Map<number, Pull>();
  readonly #commits = new Map<string, ReadonlyMap<string, Buffer>>();
  readonly #comments = new Map<number, StoredComment>();
  #stale: readonly StoredComment[] = [];
  readonly #faults: (Fault & { left: number })[] = [];
  #nextId = 1000;
  #seconds = Date.UTC(2026, 0, 1) / 1000;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<FakeGitHub> {
    const github = new FakeGitHub();
    await new Promise<void>((resolve) => github.#server.listen(0, '127.0.0.1', resolve));
    return github;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The value of GITHUB_API_URL. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Adds a pull request, or replaces it: that is how its head moves. */
  pull(pull: Pull): void {
    this.#pulls.set(pull.number, pull);
    const { pusher = pull.author ?? AUTHOR, headBranch = 'change', headRepository, headSha } = pull;
    this.people.pushed({ repository: headRepository ?? this.#fullName, branch: headBranch, after: headSha, actor: pusher });
  }

  /** Adds a commit with the files it has. */
  commit(sha: string, files: Readonly<Record<string, string | Buffer>> = {}): void {
    const contents = new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]));
    this.#commits.set(sha, contents);
    this.trees.add(sha, contents);
  }

  /** Seeds a comment of anybody; answers its id. */
  comment(pull: number, user: User, body: string, viaApp = user.id === ACTIONS_BOT.id): number {
    return this.#store(pull, user, body, viaApp).id;
  }

  /** Whoever may write may edit what others wrote; `at` once: within the second in which it was written. */
  editComment(id: number, body: string, at: 'once' | 'later' = 'later'): void {
    const comment = this.#comments.get(id);
    if (comment === undefined) return;
    const updatedAt = at === 'once' ? comment.updatedAt : this.#now();
    this.#comments.set(id, { ...comment, body, updatedAt, lastEditedAt: updatedAt });
  }

  /** Lets time go by. */
  wait(seconds: number): void {
    this.#seconds += seconds;
  }

  get #fullName(): string {
    return `${this.repository.owner}/${this.repository.name}`;
  }

  /** Comments of a pull request, oldest first. */
  comments(pull: number): StoredComment[] {
    return [...this.#comments.values()].filter((comment) => comment.pull === pull);
  }

  removeComment(id: number): void {
    this.#comments.delete(id);
  }

  /** The next requests that match fail; faults for the same requests take turns in the order they were given. */
  fault(fault: Fault): void {
    this.#faults.push({ ...fault, left: fault.times ?? 1 });
  }

  /** Lists of comments lag behind from now on, for so many of them. */
  lag(lists: number): void {
    this.#stale = [...this.#comments.values()];
    this.staleLists = lists;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
    const body = Buffer.concat(chunks).toString();
    await this.beforeEach({ method, path });
    const { authorization } = request.headers;
    const url = new URL(path, 'http://fake');
    const fault = this.#faults.find((each) => each.left > 0 && each.method === method && each.path.test(url.pathname));
    if (fault !== undefined) fault.left -= 1;
    const reply =
      fault?.when === 'before' && fault.as !== 'cut'
        ? null
        : this.#reply({ method, url, body, authenticated: authorization !== undefined }, authorization);
    const sent = send(response, fault?.as ?? null, reply, this.hasClock ? new Date(this.#seconds * 1000) : null);
    this.requests.push({ method, path, body, headers: request.headers, status: sent });
  }

  #reply(call: Call, authorization: string | undefined): Reply {
    if (authorization !== undefined && !/^(?:bearer|token) /iu.test(authorization)) return refusal(401, 'Bad credentials');
    if (authorization !== undefined && authorization.replace(/^\S+ /u, '') !== this.token) return refusal(401, 'Bad credentials');
    if (!call.authenticated && (call.method !== 'GET' || this.visibility === 'private')) {
      return this.visibility === 'private' ? refusal(404, 'Not Found') : refusal(401, 'Requires authentication');
    }
    if (call.method === 'POST' && call.url.pathname === '/graphql') return this.#graphql(call.body);
    const aboutPeople = call.method === 'GET' ? this.people.reply(call.url) : null;
    if (aboutPeople !== null) return aboutPeople;
    if (call.url.pathname === '/apps/github-actions') return { status: 200, json: { id: ACTIONS_APP, slug: 'github-actions' } };
    if (call.url.pathname === '/user') {
      return this.actor.type === 'Bot' ? refusal(403, 'Resource not accessible by integration') : { status: 200, json: this.actor };
    }
    const prefix = `/repos/${this.repository.owner}/${this.repository.name}`;
    const setting = call.method === 'GET' ? this.settings.reply(call.url.pathname.slice(prefix.length), call.url, this.url) : null;
    if (setting !== null) return setting;
    const shared = call.method === 'GET' ? this.elsewhere.get(`${call.url.pathname}?ref=${call.url.searchParams.get('ref')}`) : undefined;
    if (shared !== undefined) {
      const content = Buffer.from(shared).toString('base64');
      return { status: 200, json: { type: 'file', path: call.url.pathname, size: shared.length, encoding: 'base64', content } };
    }
    if (!call.url.pathname.startsWith(`${prefix}/`)) return refusal(404, 'Not Found');
    return this.#repositoryReply(call, call.url.pathname.slice(prefix.length));
  }

  #graphql(body: string): Reply {
    const [, node] =
      /^\{"query":"query \{ node\(id: \\"IC_([0-9]+)\\"\) \{ \.\.\. on IssueComment \{ lastEditedAt \} \} \}"\}$/u.exec(body) ?? [];
    if (node !== undefined) {
      const comment = this.#comments.get(Number(node));
      return { status: 200, json: { data: { node: comment === undefined ? null : { lastEditedAt: comment.lastEditedAt } } } };
    }
    if (!/^\{"query":"query \{ viewer \{ databaseId \} \}"\}$/u.test(body))
      return { status: 200, json: { errors: [{ message: 'this fake only knows the viewer' }] } };
    return { status: 200, json: { data: { viewer: { databaseId: this.actor.id } } } };
  }

  #repositoryReply(call: Call, path: string): Reply {
    const object = call.method === 'GET' ? this.trees.reply(path, call.url) : null;
    if (object !== null) return this.#allowed(['contents'], 'read') ?? object;
    const [, kind = '', id = ''] =
      /^\/(pulls|issues|git\/commits|commits|check-runs|(?:issues|pulls)\/comments)\/([0-9a-f]+)(?:\/[a-z-]+)?$/u.exec(path) ?? [];
    const [, login] = /^\/collaborators\/([^/]+)\/permission$/u.exec(path) ?? [];
    if (login !== undefined && call.method === 'GET') return this.people.permission(decodeURIComponent(login));
    const route = `${call.method} ${path.startsWith('/contents/') ? '/contents' : id === '' ? path : path.replace(`/${id}`, '/:id')}`;
    const talk = ['issues', 'pull-requests'] as const;
    switch (route) {
      case 'GET /pulls/:id':
        return this.#allowed(['pull-requests'], 'read') ?? this.#pullReply(Number(id));
      case 'GET /issues/:id/comments':
        return this.#allowed(talk, 'read') ?? this.#listReply(call.url, Number(id));
      case 'POST /issues/:id/comments':
        return this.#allowed(talk, 'write') ?? this.#createReply(Number(id), call.body);
      case 'PATCH /issues/comments/:id':
        return this.#allowed(talk, 'write') ?? this.#updateReply(Number(id), call.body);
      case 'DELETE /issues/comments/:id':
        return this.#allowed(talk, 'write') ?? (this.#comments.delete(Number(id)) ? { status: 204 } : refusal(404, 'Not Found'));
      case 'GET /issues/comments/:id':
        return this.#allowed(talk, 'read') ?? this.#commentReply(Number(id));
      case 'GET /issues/comments/:id/reactions':
        return this.#allowed(talk, 'read') ?? this.#reactionsReply(call.url, Number(id));
      case 'POST /issues/comments/:id/reactions':
        return this.#allowed(talk, 'write') ?? this.#reactReply(Number(id), call.body);
      case 'GET /pulls/:id/commits':
        return this.#allowed(['pull-requests'], 'read') ?? this.#commitsReply(call.url, Number(id));
      case 'GET /pulls/:id/files':
        return this.#allowed(['pull-requests'], 'read') ?? this.reviews.files(Number(id), call.url, this.url);
      case 'GET /pulls/:id/comments':
        return this.#allowed(['pull-requests'], 'read') ?? this.reviews.list(Number(id), call.url, this.url);
      case 'POST /pulls/:id/reviews':
        return this.#allowed(['pull-requests'], 'write') ?? this.#reviewReply(Number(id), call.body);
      case 'PATCH /pulls/comments/:id':
        return this.#allowed(['pull-requests'], 'write') ?? this.reviews.update(Number(id), call.body);
      case 'DELETE /pulls/comments/:id':
        return this.#allowed(['pull-requests'], 'write') ?? this.reviews.remove(Number(id));
      case 'GET /check-runs/:id':
        return this.#allowed(['checks'], 'read') ?? this.checks.get(Number(id));
      case 'GET /commits/:id/check-runs':
        return this.#allowed(['checks'], 'read') ?? this.checks.list(id, call.url, this.url);
      case 'POST /check-runs':
        return this.#checksAllowed() ?? this.checks.create(call.body, ACTIONS_APP, (sha) => this.#commits.has(sha));
      case 'PATCH /check-runs/:id':
        return this.#checksAllowed() ?? this.checks.update(Number(id), call.body, ACTIONS_APP);
      case 'GET /contents':
        return this.#allowed(['contents'], 'read') ?? this.#contentsReply(call.url, decodeURIComponent(path.slice('/contents/'.length)));
      case 'GET /git/commits/:id':
        return (
          this.#allowed(['contents'], 'read') ?? (this.#commits.has(id) ? { status: 200, json: { sha: id } } : refusal(404, 'Not Found'))
        );
      default:
        return refusal(404, kind === '' ? `Not Found: this fake has no ${route}` : 'Not Found');
    }
  }

  /** Null when one of the permissions is there. */
  #allowed(anyOf: readonly Permission[], level: 'read' | 'write'): Reply | null {
    if (level === 'read' && this.visibility === 'public') return null;
    const has = anyOf.some((each) => this.permissions[each] === 'write' || (level === 'read' && this.permissions[each] === 'read'));
    if (has) return null;
    const accepted = anyOf.map((each) => `${each.replace('-', '_')}=${level}`).join('; ');
    return { ...refusal(403, 'Resource not accessible by integration'), headers: { 'x-accepted-github-permissions': accepted } };
  }

  /** Check runs are for Apps alone. */
  #checksAllowed(): Reply | null {
    return this.actor.type === 'Bot' ? this.#allowed(['checks'], 'write') : refusal(403, 'You must authenticate via a GitHub App.');
  }

  #reviewReply(number: number, body: string): Reply {
    const pull = this.#pulls.get(number);
    if (pull === undefined) return refusal(404, 'Not Found');
    if (pull.locked === true) return refusal(403, 'Unable to create comment because issue is locked.');
    return this.reviews.create(number, pull.headSha, this.actor, body);
  }

  #pullReply(number: number): Reply {
    const pull = this.#pulls.get(number);
    if (pull === undefined) return refusal(404, 'Not Found');
    const { state = 'open', draft = false, author = AUTHOR, headBranch = 'change', headRepository, headSha, baseSha } = pull;
    const repository = headRepository === null ? null : { id: headRepository === undefined ? this.repository.id : 777 };
    return {
      status: 200,
      json: {
        number,
        state,
        draft,
        user: author,
        commits: commitsOf(pull).length,
        head: {
          sha: headSha,
          ref: headBranch,
          repo: repository === null ? null : { ...repository, full_name: headRepository ?? this.#fullName },
        },
        base: { sha: baseSha, ref: 'main', repo: { id: this.repository.id, full_name: this.#fullName } },
      },
    };
  }

  /** At most 250 of them. */
  #commitsReply(url: URL, number: number): Reply {
    const pull = this.#pulls.get(number);
    return pull === undefined ? refusal(404, 'Not Found') : paged(url, commitsOf(pull).slice(0, 250).map(commitJson), this.url);
  }

  #commentReply(id: number): Reply {
    const comment = this.#comments.get(id);
    return comment === undefined ? refusal(404, 'Not Found') : { status: 200, json: this.#toJson(comment) };
  }

  #reactionsReply(url: URL, id: number): Reply {
    const content = url.searchParams.get('content');
    const found = this.reactions.filter((each) => each.comment === id && (content === null || each.content === content));
    return paged(url, found, this.url);
  }

  /** The same reaction of the same user is one. */
  #reactReply(id: number, body: string): Reply {
    const content = bodyOf(body)?.['content'];
    if (!this.#comments.has(id)) return refusal(404, 'Not Found');
    if (content !== '+1' && content !== 'confused') return invalid('Validation Failed');
    const reaction = { comment: id, user: this.actor, content };
    const known = this.reactions.some((each) => each.comment === id && each.user.id === this.actor.id && each.content === content);
    if (!known) this.reactions.push(reaction);
    return { status: known ? 200 : 201, json: reaction };
  }

  #listReply(url: URL, number: number): Reply {
    if (!this.#pulls.has(number)) return refusal(404, 'Not Found');
    const stale = this.staleLists > 0;
    if (stale) this.staleLists -= 1;
    const shown = stale ? this.#stale.filter((comment) => comment.pull === number) : this.comments(number);
    return paged(
      url,
      shown.map((comment) => this.#toJson(comment)),
      this.url,
    );
  }

  #createReply(number: number, body: string): Reply {
    const pull = this.#pulls.get(number);
    if (pull === undefined) return refusal(404, 'Not Found');
    if (pull.locked === true) return refusal(403, 'Unable to create comment because issue is locked.');
    const text = textOf(body);
    return typeof text === 'string'
      ? { status: 201, json: this.#toJson(this.#store(number, this.actor, text, this.actor.type === 'Bot')) }
      : text;
  }

  #updateReply(id: number, body: string): Reply {
    const comment = this.#comments.get(id);
    if (comment === undefined) return refusal(404, 'Not Found');
    const text = textOf(body);
    if (typeof text !== 'string') return text;
    const now = this.#now();
    const updated = { ...comment, body: text, updatedAt: now, lastEditedAt: now };
    this.#comments.set(id, updated);
    return { status: 200, json: this.#toJson(updated) };
  }

  #contentsReply(url: URL, path: string): Reply {
    const files = this.#commits.get(url.searchParams.get('ref') ?? '');
    if (files === undefined) return refusal(404, `No commit found for the ref ${url.searchParams.get('ref')}`);
    const content = files.get(path);
    if (content === undefined) {
      const inside = [...files.keys()].filter((each) => each.startsWith(`${path}/`));
      return inside.length === 0 ? refusal(404, 'Not Found') : { status: 200, json: inside.map((each) => ({ type: 'file', path: each })) };
    }
    const large = content.length > 1_000_000;
    const encoded = content.toString('base64').replaceAll(/(.{60})/gu, '$1\n');
    return {
      status: 200,
      json: { type: 'file', path, size: content.length, encoding: large ? 'none' : 'base64', content: large ? '' : `${encoded}\n` },
    };
  }

  #store(pull: number, user: User, body: string, viaApp: boolean): StoredComment {
    const id = this.#nextId;
    this.#nextId += 1;
    const now = this.#now();
    const comment = { id, pull, user, body, createdAt: now, updatedAt: now, lastEditedAt: null, viaApp };
    this.#comments.set(id, comment);
    return comment;
  }

  #toJson({ id, pull, user, body, createdAt, updatedAt, viaApp }: StoredComment): object {
    const { owner, name } = this.repository;
    return {
      id,
      node_id: `IC_${id}`,
      issue_url: `${this.url}/repos/${owner}/${name}/issues/${pull}`,
      body,
      user,
      created_at: createdAt,
      updated_at: updatedAt,
      html_url: `https://github.com/${owner}/${name}/pull/${pull}#issuecomment-${id}`,
      performed_via_github_app: viaApp ? { id: ACTIONS_APP, slug: 'github-actions' } : null,
    };
  }

  /** Time goes on by a second at each write, so that runs of a test are alike. */
  #now(): string {
    this.#seconds += 1;
    return new Date(this.#seconds * 1000).toISOString().replace('.000Z', 'Z');
  }
}

function commitsOf({ commits, author = AUTHOR }: Pull): readonly FakeCommit[] {
  return commits ?? [{ author }];
}

/** The `body` of a comment, or why GitHub does not take it. */
function textOf(json: string): string | Reply {
  const read = bodyOf(json);
  if (read === null) return refusal(400, 'Problems parsing JSON');
  const { body } = read;
  const wrong = (message: string) =>
    invalid('Validation Failed', [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }]);
  if (typeof body !== 'string' || body.trim() === '') return wrong("Body can't be blank");
  return body.length > 65_536 ? wrong('Body is too long (maximum is 65536 characters)') : body;
}

/** Sends the fault's answer where there is one, else the reply, at that moment; answers the status that went out. */
function send(response: ServerResponse, as: Fault['as'] | null, reply: Reply | null, now: Date | null): number | null {
  if (as === 'reset') {
    response.socket?.destroy();
    return null;
  }
  if (as === 'hang') return null;
  const replaced = typeof as === 'number' ? refusal(as, 'injected') : as !== null && as !== 'cut' ? as : reply;
  const { status, json, headers = {} } = replaced ?? refusal(500, 'no reply');
  const text = json === undefined ? '' : JSON.stringify(json);
  response.sendDate = false;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...(now === null ? {} : { date: now.toUTCString() }),
    'x-ratelimit-remaining': '4999',
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
    ...headers,
  });
  if (as !== 'cut' || text === '') response.end(text);
  else response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
  return status;
}
