/** What comments and metadata ask of other scanners, in the terms of the rules here. */
import type { Rule } from '../../domain/rule.ts';
import type { Resource } from '../../domain/resource.ts';
import type { Workspace } from '../../domain/workspace.ts';
import { equivalents, notesIn } from './index.ts';

export interface ForeignSuppression {
  readonly scanner: string;
  /** Ids of its rules. */
  readonly ids: readonly string[];
  /** Ids of equivalent rules here; empty: there is none. */
  readonly rules: readonly string[];
  /** Empty: it stands beside nothing that is audited. */
  readonly resources: readonly Resource[];
  readonly reason: string;
  /** `YYYY-MM-DD` */
  readonly until: string | null;
  /** Why it cannot be said otherwise; null: it can. */
  readonly flaw: string | null;
  /** File and line. */
  readonly place: string;
}

export function foreignSuppressions(workspace: Workspace, rules: readonly Rule[]): ForeignSuppression[] {
  const equivalent = equivalents(rules);
  return notesIn(workspace).flatMap(({ directive, resources, at }) => {
    const { scanner, ids, reason, until, flaw } = directive;
    if (scanner === null) return [];
    const place = `${at.file}:${at.start.line}`;
    return [{ scanner, ids, rules: equivalent(directive), resources, reason: reason ?? `suppressed for ${scanner}`, until, flaw, place }];
  });
}
