import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RuleSet } from '../../src/domain/evaluate.ts';
import type { Resource } from '../../src/domain/resource.ts';
import type { Rule } from '../../src/domain/rule.ts';
import { targetsOf } from '../../src/domain/rule.ts';
import { selects } from '../../src/domain/selection.ts';
import { SourceText } from '../../src/domain/source.ts';
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

  it('has each rule in the family of one service, which a manual run can ask for', () => {
    const resource = (type: string): Resource => {
      const span = new SourceText('main.tf', '').span(0, 0);
      return { root: '.', address: `${type}.it`, type, framework: 'terraform', source: span, header: span, instances: [], related: [] };
    };
    const services = (rule: Rule): number => {
      const [type = ''] = [...targetsOf(rule, 'terraform'), ...targetsOf(rule, 'cloudformation')];
      const alone = new RuleSet([rule]);
      return (['s3', 'ec2'] as const).filter((resourceType) => selects({ resourceId: null, resourceType }, resource(type), alone)).length;
    };
    expect(idsWhere((rule) => services(rule) !== 1)).toEqual([]);
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
