/** A rule as a page of Markdown and as data. Rules of a policy are a repository's own words, so that all of it is encoded. */
import type { z } from 'zod';
import { Explained } from '../domain/explained.ts';
import type { RuleSet } from '../domain/evaluate.ts';
import type { Framework } from '../domain/resource.ts';
import { targetsOf } from '../domain/rule.ts';
import type { Rule } from '../domain/rule.ts';
import { code, fence, prose } from '../report/encode/markdown.ts';
import { fixKind } from '../report/rules.ts';
import type { Answer } from './audit.ts';
import type { explainOutput } from './contracts.ts';

type Explanation = z.infer<typeof explainOutput>;

const FRAMEWORKS = ['terraform', 'cloudformation'] as const satisfies Framework[];

/** Ids that an unknown one may have meant. */
const NEAR = 5;

/** @throws Explained when there is no such rule, with those that are called nearly so */
export function explainRule(id: string, rules: readonly RuleSet[]): Answer<Explanation> {
  const rule = rules.map((each) => each.byId(id)).find((each) => each !== undefined);
  if (rule === undefined) {
    const near = nearTo(id, [...new Set(rules.flatMap((each) => each.rules.map((known) => known.id)))]);
    throw new Explained(`no rule has the id ${JSON.stringify(id)}${near.length === 0 ? '' : `; near to it are ${near.join(', ')}`}`);
  }
  return { structured: explanation(rule), text: rulePage(rule) };
}

export function rulePage(rule: Rule): string {
  const { title, severity, why, remedy, references, id } = rule;
  const { fix, types, controls, equivalents, examples } = explanation(rule);
  return [
    `# ${prose(title)}`,
    `${code(id)} · ${severity} · ${fix}`,
    prose(why),
    '## What to do',
    remedy.map((step) => `- ${prose(step)}`).join('\n'),
    '## Looks at',
    types.map(code).join(', '),
    ...section('Controls', controls),
    ...section('Other scanners call it', equivalents),
    ...examples.flatMap(({ framework, kind, name, source, fixed }) => [
      `## ${kind === 'bad' ? 'Bad' : 'Good'}: ${prose(name)}`,
      fence(source, languageOf(framework, source)),
      ...(fixed === null ? [] : ['After the fix:', fence(fixed, languageOf(framework, fixed))]),
    ]),
    '## References',
    references.map((reference) => `- ${code(reference)}`).join('\n'),
    '',
  ].join('\n\n');
}

function section(heading: string, names: Explanation['controls']): string[] {
  const entries = Object.entries(names).filter(([, ids]) => ids.length > 0);
  return entries.length === 0
    ? []
    : [`## ${heading}`, entries.map(([name, ids]) => `- ${code(name)}: ${ids.map(code).join(', ')}`).join('\n')];
}

function languageOf(framework: Framework, source: string): string {
  if (framework === 'terraform') return 'hcl';
  return source.trimStart().startsWith('{') ? 'json' : 'yaml';
}

function explanation(rule: Rule): Explanation {
  const { id, title, severity, why, remedy, references, controls, equivalents, examples } = rule;
  return {
    id,
    title,
    severity,
    why,
    remedy: [...remedy],
    fix: fixKind(rule),
    types: FRAMEWORKS.flatMap((framework) => targetsOf(rule, framework)),
    references: [...references],
    controls: copyOf(controls),
    equivalents: copyOf(equivalents),
    examples: FRAMEWORKS.flatMap((framework) => {
      const [bad, good] = [examples[framework]?.bad[0], examples[framework]?.good[0]];
      return [
        ...(bad === undefined ? [] : [{ framework, kind: 'bad' as const, name: bad.name, source: bad.source, fixed: bad.fixed ?? null }]),
        ...(good === undefined ? [] : [{ framework, kind: 'good' as const, name: good.name, source: good.source, fixed: null }]),
      ];
    }),
  };
}

function copyOf(names: Rule['controls']): Record<string, string[]> {
  return Object.fromEntries(Object.entries(names).map(([name, ids]) => [name, [...ids]]));
}

/** Those that share most of its words. */
function nearTo(id: string, ids: readonly string[]): string[] {
  const words = new Set(id.toLowerCase().split(/[^a-z0-9]+/u));
  return ids
    .map((each) => ({ each, shared: each.split('-').filter((word) => word !== 'aws' && words.has(word)).length }))
    .filter(({ shared }) => shared > 0)
    .toSorted((a, b) => b.shared - a.shared)
    .slice(0, NEAR)
    .map(({ each }) => each);
}
