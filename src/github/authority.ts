/** Who may decide on a pull request: a person who may write, and who had no hand in it. */
import { z } from 'zod';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';
import type { User } from './identity.ts';
import type { Pull } from './pull-request.ts';

export type Person = NonNullable<User>;

/** GitHub lists 250 commits of a pull request at most: https://docs.github.com/rest/pulls/pulls */
const MOST_COMMIT_PAGES = 3;

const whoSchema = z.object({ id: z.number().int() }).nullish();
const commitsSchema = z.array(
  z.object({
    author: whoSchema,
    committer: whoSchema,
    commit: z.object({
      message: z.string(),
      author: z.object({ email: z.string().catch('') }).nullish(),
      committer: z.object({ email: z.string().catch('') }).nullish(),
    }),
  }),
);

const activitySchema = z.array(z.object({ after: z.string(), actor: z.object({ id: z.number().int() }).nullish() }));

const permissionSchema = z.object({ permission: z.string(), user: z.object({ id: z.number().int() }) });

export class Authority {
  readonly #client: GitHubClient;
  readonly #teams: readonly string[];
  /** By head: neither changes without it. */
  readonly #contributions = new Map<string, Promise<Contributions>>();

  /** @param teams `ORG/TEAM`s whose members may decide beside those who may write */
  constructor(client: GitHubClient, teams: readonly string[]) {
    this.#client = client;
    this.#teams = teams;
  }

  /**
   * Why a person may not decide, as a sentence; null when they may.
   * @throws GitHubError when it cannot be known
   */
  async objection(person: Person, pull: Pull): Promise<string | null> {
    const name = `\`${person.login}\``;
    if (person.type !== 'User') return `${name} is not a person: somebody who may write to this repository must decide`;
    if (person.id === pull.author?.id) return `${name} opened this pull request: somebody else must decide`;
    const contributions = await this.#contributionsTo(pull);
    if (typeof contributions === 'string') return contributions;
    if (contributions.pushers.has(person.id)) return `${name} pushed the head of this pull request: somebody else must decide`;
    const isAuthor = `${name} is an author of a commit in this pull request: somebody else must decide`;
    if (contributions.ids.has(person.id)) return isAuthor;
    const objection = (await this.#mayWrite(person)) ? null : await this.#unlessInTeam(person);
    if (objection !== null) return objection;
    return (await this.#hasEmailOf(person, contributions.emails)) ? isAuthor : null;
  }

  /** The objection to somebody who may not write. */
  async #unlessInTeam({ login }: Person): Promise<string | null> {
    const name = `\`${login}\``;
    for (const team of this.#teams) {
      const [org = '', slug = ''] = team.split('/').map(encodeURIComponent);
      const state = await this.#stateIn(`/orgs/${org}/teams/${slug}/memberships/${encodeURIComponent(login)}`);
      if (state === 'active') return null;
      if (state === 'hidden')
        return `whether ${name} is a member of \`${team}\` cannot be read: give the input \`github-token\` one that may read the organisation's members`;
    }
    const teams = this.#teams.length === 0 ? '' : `, or be a member of ${this.#teams.map((team) => `\`${team}\``).join(' or ')}`;
    return `${name} may not decide: who decides must have write access to this repository${teams}`;
  }

  #contributionsTo(pull: Pull): Promise<Contributions> {
    const known = this.#contributions.get(pull.headSha);
    if (known !== undefined) return known;
    const read = this.#readContributions(pull);
    this.#contributions.set(pull.headSha, read);
    read.catch(() => this.#contributions.delete(pull.headSha));
    return read;
  }

  async #readContributions(pull: Pull): Promise<Contributions> {
    const { number, headSha, commits: count, headRepository, headBranch } = pull;
    if (headRepository === null) return 'the repository of the head is gone, so that nobody can tell who pushed to it';
    const branch = encodeURIComponent(`refs/heads/${headBranch}`);
    const activity = await this.#client.readApi(
      `/repos/${headRepository.split('/').map(encodeURIComponent).join('/')}/activity?ref=${branch}&per_page=100`,
      activitySchema,
    );
    const pushers = activity.filter(({ after }) => after === headSha).map(({ actor }) => actor?.id);
    if (pushers.length === 0 || pushers.includes(undefined)) return 'GitHub does not say who pushed the head of this pull request';
    const { items } = await this.#client.pages(`/pulls/${number}/commits`, MOST_COMMIT_PAGES, commitsSchema);
    if (items.length < count) return 'this pull request has more commits than GitHub lists, so that its authors are not known: split it';
    return { pushers: new Set(pushers), ...authorsOf(items) };
  }

  /** A name on a commit counts as somebody's when its address is known to be theirs. */
  async #hasEmailOf(person: Person, emails: ReadonlySet<string>): Promise<boolean> {
    if ([...emails].some((email) => isNoReplyOf(email, person))) return true;
    if (emails.size === 0) return false;
    const { email } = await this.#client.readApi(
      `/users/${encodeURIComponent(person.login)}`,
      z.object({ email: z.string().nullish().catch(null) }),
    );
    return typeof email === 'string' && emails.has(email.toLowerCase());
  }

  async #mayWrite({ id, login }: Person): Promise<boolean> {
    const found = await this.#unlessMissing(async () => {
      const path = `/collaborators/${encodeURIComponent(login)}/permission`;
      return (await this.#client.request({ method: 'GET', path }, permissionSchema)).data;
    });
    // The name may have gone to another person since the comment was read.
    return found?.user.id === id && ['admin', 'maintain', 'write'].includes(found.permission);
  }

  async #stateIn(membership: string): Promise<string | null> {
    try {
      return (await this.#unlessMissing(() => this.#client.readApi(membership, z.object({ state: z.string() }))))?.state ?? null;
    } catch (error) {
      if (error instanceof GitHubError && error.failure.kind === 'refused' && error.failure.status === 403) return 'hidden';
      throw error;
    }
  }

  async #unlessMissing<T>(read: () => Promise<T>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof GitHubError && error.failure.kind === 'refused' && error.failure.status === 404) return null;
      throw error;
    }
  }
}

/** A sentence: why they are not known. */
type Contributions = (Authors & { readonly pushers: ReadonlySet<number | undefined> }) | string;

interface Authors {
  readonly ids: ReadonlySet<number | undefined>;
  /** In lower case. */
  readonly emails: ReadonlySet<string>;
}

function authorsOf(commits: z.output<typeof commitsSchema>): Authors {
  const ids = commits.flatMap(({ author, committer }) => [author?.id, committer?.id]).filter((id) => id !== undefined);
  const emails = commits.flatMap(({ commit: { author, committer, message } }) => [
    author?.email ?? '',
    committer?.email ?? '',
    ...coAuthorsOf(message),
  ]);
  return { ids: new Set(ids), emails: new Set(emails.filter((email) => email !== '').map((email) => email.toLowerCase())) };
}

/** Addresses of `Co-authored-by: NAME <ADDRESS>`, wherever they stand in the message. */
function coAuthorsOf(message: string): string[] {
  return message.split(/\r\n|\r|\n/u).flatMap((line) => {
    if (!/^\s*co-authored-by\s*:/iu.test(line)) return [];
    const [from, to] = [line.lastIndexOf('<'), line.lastIndexOf('>')];
    return from < to ? [line.slice(from + 1, to).trim()] : [];
  });
}

/** `ID+LOGIN@users.noreply.HOST`, or the older form without the number. @param email in lower case */
function isNoReplyOf(email: string, { id, login }: Person): boolean {
  const [, number, name = ''] = /^(?:([0-9]{1,15})\+)?([^@+]{1,100})@users\.noreply\./u.exec(email) ?? [];
  return number === undefined ? name === login.toLowerCase() : Number(number) === id;
}
