import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/domain/rule.ts';
import { targetsOf } from '../../src/domain/rule.ts';
import { rules } from '../../src/rules/index.ts';

const folder = join(import.meta.dirname, '../../src/rules');

/** Ids of the rules for which something holds. */
function idsWhere(holds: (rule: Rule) => boolean): string[] {
  return rules.filter(holds).map(({ id }) => id);
}

describe('the catalogue', () => {
  it('has one rule for each id, in the order of ids', () => {
    const ids = rules.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].toSorted());
  });

  it('is what the files define', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(folder, '../../.github/scripts/generate-rules.ts'), '--check'], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('names each rule after its file', () => {
    const named = new Set(globSync('*/*/*.ts', { cwd: folder }).map((path) => path.replace(/\.ts$/u, '').replaceAll(/[\\/]/gu, '-')));
    expect(idsWhere(({ id }) => !named.has(id))).toEqual([]);
  });

  it('says of each rule which topics it decides, why it matters and what to do', () => {
    expect(idsWhere(({ topics, why, remedy, title }) => [topics.length, why.length, remedy.length, title.length].includes(0))).toEqual([]);
  });

  it('refers to pages over https', () => {
    expect(
      idsWhere(
        ({ references }) =>
          references.length === 0 || references.some((page) => !URL.canParse(page) || new URL(page).protocol !== 'https:'),
      ),
    ).toEqual([]);
  });

  it('ends each sentence for people with a full stop', () => {
    expect(idsWhere(({ why, remedy }) => [why, ...remedy].some((sentence) => !sentence.endsWith('.')))).toEqual([]);
  });

  it('leaves no placeholder in a text', () => {
    const texts = ({ title, why, remedy }: Rule): string[] => [title, why, ...remedy];
    expect(idsWhere((rule) => texts(rule).some((text) => /\$\{|\{\{|undefined/u.test(text)))).toEqual([]);
  });

  it('shows each type of resource in an example of its framework', () => {
    const untold = rules.flatMap((rule) =>
      (['terraform', 'cloudformation'] as const).flatMap((framework) => {
        const examples = rule.examples[framework];
        const text =
          examples === undefined ? '' : [...examples.bad, ...examples.good, ...examples.undecided].map(({ source }) => source).join('\n');
        return targetsOf(rule, framework)
          .filter((type) => !new RegExp(`\\b${type}\\b`, 'u').test(text))
          .map((type) => `${rule.id}: ${type}`);
      }),
    );
    expect(untold).toEqual([]);
  });

  it('has bad, good and undecided examples for each framework that a rule looks at', () => {
    const lacking = rules.flatMap((rule) =>
      (['terraform', 'cloudformation'] as const)
        .filter((framework) => targetsOf(rule, framework).length > 0)
        .flatMap((framework) =>
          (['bad', 'good', 'undecided'] as const)
            .filter((kind) => (rule.examples[framework]?.[kind].length ?? 0) === 0)
            .map((kind) => `${rule.id}: ${framework} ${kind}`),
        ),
    );
    expect(lacking).toEqual([]);
  });
});
