/** What a repository settles about the rules of the catalogue: how severe, where, or not at all. */
import type { Rule } from './rule.ts';
import type { Severity } from './severity.ts';

export interface RuleSetting {
  /** Takes the place of the rule's own, whatever the facts; null: as the rule has it. */
  readonly severity: Severity | null;
  /** Why the rule does not apply in this repository; null: it does. */
  readonly off: string | null;
  /** Globs of files it applies to, of which the last that matches decides; empty: all. */
  readonly paths: readonly string[];
}

export interface AppliedSettings {
  readonly rules: readonly Rule[];
  /** Rules that were left out, each with the reason that was given. */
  readonly off: readonly { readonly id: string; readonly title: string; readonly reason: string }[];
}

/**
 * The rules as they apply under the settings. A new severity and new paths are part of a rule's data, so that it has
 * another digest.
 * @param settings by id of a rule, or by its beginning with `*` for any rest; the id itself outweighs the longest beginning
 * @param filter makes of globs what tells whether a file is among them
 */
export function applySettings(
  rules: readonly Rule[],
  settings: ReadonlyMap<string, RuleSetting>,
  filter: (globs: readonly string[]) => (file: string) => boolean,
): AppliedSettings {
  const left: Rule[] = [];
  const off: AppliedSettings['off'][number][] = [];
  for (const rule of rules) {
    const setting = settingOf(rule.id, settings);
    if (setting === null) left.push(rule);
    else if (setting.off !== null) off.push({ id: rule.id, title: rule.title, reason: setting.off });
    else left.push(limited(weighed(rule, setting.severity), setting.paths, filter));
  }
  return { rules: left, off };
}

function settingOf(id: string, settings: ReadonlyMap<string, RuleSetting>): RuleSetting | null {
  const own = settings.get(id);
  if (own !== undefined) return own;
  const beginnings = [...settings].filter(([key]) => matchesRule(key, id));
  const [longest] = beginnings.toSorted(([a], [b]) => b.length - a.length);
  return longest?.[1] ?? null;
}

/** Whether an id, or the beginning of one with `*` for any rest, names a rule. */
export function matchesRule(pattern: string, id: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : pattern === id;
}

function weighed(rule: Rule, severity: Severity | null): Rule {
  if (severity === null) return rule;
  return {
    ...rule,
    severity,
    *check(instance) {
      for (const { outcome, message, span } of rule.check(instance)) yield { outcome, message, span };
    },
  };
}

function limited(rule: Rule, paths: readonly string[], filter: (globs: readonly string[]) => (file: string) => boolean): Rule {
  if (paths.length === 0) return rule;
  const applies = filter(paths);
  return {
    ...rule,
    paths,
    *check(instance) {
      if (applies(instance.resource.source.file)) yield* rule.check(instance);
    },
  };
}
