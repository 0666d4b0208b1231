/**
 * Settings of the repository of the fake GitHub: rules of its default branch, and what jobs may do.
 * Sources: https://docs.github.com/rest (repos/rules, branches/branch-protection, actions/permissions).
 */
import { paged, refusal } from './github-reply.ts';
import type { Reply } from './github-reply.ts';

export interface FakeRuleset {
  readonly id: number;
  readonly name: string;
  readonly rules: readonly { readonly type: string; readonly parameters?: object }[];
  /** Absent: the token may not see them. */
  readonly bypassActors?: readonly object[];
}

export class FakeSettings {
  defaultBranch = 'main';
  /** Head of the default branch; until it is set, the fake has none of these settings. */
  headSha: string | null = null;
  rulesets: readonly FakeRuleset[] = [];
  /** Null: the branch is not protected. */
  protection: object | null = null;
  jobToken = { default_workflow_permissions: 'read', can_approve_pull_request_reviews: false };
  /** Whether the token may see what only administrators may. */
  administration = true;

  /** @param path below the repository; null: it is not about settings. */
  reply(path: string, url: URL, base: string): Reply | null {
    if (this.headSha === null) return null;
    const branch = `branches/${this.defaultBranch}`;
    switch (path) {
      case '':
        return { status: 200, json: { id: 4242, default_branch: this.defaultBranch } };
      case `/${branch}`:
        return { status: 200, json: { name: this.defaultBranch, commit: { sha: this.headSha } } };
      case `/rules/${branch}`:
        return paged(
          url,
          this.rulesets.flatMap(({ id, rules }) => rules.map((rule) => ({ ...rule, ruleset_id: id }))),
          base,
        );
      case `/${branch}/protection`:
        if (!this.administration) return refusal(403, 'Resource not accessible by integration');
        return this.protection === null ? refusal(404, 'Branch not protected') : { status: 200, json: this.protection };
      case '/actions/permissions/workflow':
        return this.administration ? { status: 200, json: this.jobToken } : refusal(403, 'Resource not accessible by integration');
      default:
        return this.#ruleset(path);
    }
  }

  #ruleset(path: string): Reply | null {
    const [, id] = /^\/rulesets\/([0-9]+)$/u.exec(path) ?? [];
    const ruleset = this.rulesets.find((each) => each.id === Number(id));
    if (ruleset === undefined) return null;
    const { name, bypassActors } = ruleset;
    return { status: 200, json: { id: ruleset.id, name, ...(bypassActors === undefined ? {} : { bypass_actors: bypassActors }) } };
  }
}
