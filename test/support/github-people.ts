/**
 * Who is who on the fake GitHub: permissions, teams, who opened, wrote and pushed what.
 * Sources: https://docs.github.com/rest (collaborators, teams/members, users, repos activities, pulls commits).
 */
import { paged, refusal } from './github-reply.ts';
import type { Reply } from './github-reply.ts';

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'Bot' | 'User';
}

export interface FakeCommit {
  /** Null: no account has the address. */
  readonly author: User | null;
  readonly committer?: User | null;
  readonly email?: string;
  readonly message?: string;
}

/** Who opened a pull request, and from where, unless told otherwise. */
export const AUTHOR: User = { id: 101, login: 'author', type: 'User' };

interface Push {
  readonly repository: string;
  readonly branch: string;
  readonly after: string;
  readonly actor: User | null;
}

export class FakePeople {
  /** `admin`, `maintain`, `write`, `triage` or `read`, by login; nobody else is a collaborator. */
  readonly permissions = new Map<string, string>();
  /** Active members by `ORG/TEAM`; a team that is not here cannot be seen. */
  readonly teams = new Map<string, readonly string[]>();
  /** Public addresses by login. */
  readonly emails = new Map<string, string>();
  /** Whether the token may read teams. */
  teamsAreHidden = false;
  readonly #users = new Map<string, User>();
  readonly #pushes: Push[] = [];

  /** Makes a user known, with a permission on the repository or none. */
  add(user: User, permission: string | null = null): User {
    this.#users.set(user.login, user);
    if (permission !== null) this.permissions.set(user.login, permission);
    return user;
  }

  pushed(push: Push): void {
    this.#pushes.unshift(push);
  }

  permission(login: string): Reply {
    const user = this.#users.get(login);
    const role = this.permissions.get(login);
    if (user === undefined || role === undefined) return refusal(404, `${login} is not a user`);
    // The older field knows no maintain and no triage.
    const permission = role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role;
    return { status: 200, json: { permission, role_name: role, user } };
  }

  /** Everything outside of the one repository; null: it is not about people. */
  reply(url: URL): Reply | null {
    const [, login] = /^\/users\/([^/]+)$/u.exec(url.pathname) ?? [];
    if (login !== undefined) {
      const user = this.#users.get(login);
      return user === undefined ? refusal(404, 'Not Found') : { status: 200, json: { ...user, email: this.emails.get(login) ?? null } };
    }
    const [, org, team, member] = /^\/orgs\/([^/]+)\/teams\/([^/]+)\/memberships\/([^/]+)$/u.exec(url.pathname) ?? [];
    if (member !== undefined) {
      if (this.teamsAreHidden) return refusal(403, 'Resource not accessible by integration');
      return this.teams.get(`${org}/${team}`)?.includes(member) === true
        ? { status: 200, json: { state: 'active', role: 'member' } }
        : refusal(404, 'Not Found');
    }
    const [, repository] = /^\/repos\/([^/]+\/[^/]+)\/activity$/u.exec(url.pathname) ?? [];
    return repository === undefined ? null : this.#activity(repository, url);
  }

  #activity(repository: string, url: URL): Reply {
    const ref = url.searchParams.get('ref');
    const found = this.#pushes.filter((push) => push.repository === repository && `refs/heads/${push.branch}` === ref);
    return paged(
      url,
      found.map(({ after, actor }) => ({ after, ref, activity_type: 'push', actor })),
      '',
    );
  }
}

export function commitJson({ author, committer = author, email = 'someone@example.com', message = 'Change' }: FakeCommit): object {
  return { author, committer, commit: { message, author: { name: 'x', email }, committer: { name: 'x', email } } };
}
