/** Rules that were broken on purpose: the examples must notice each. And how code is broken (`npm run mutate`). */
import { describe, expect, it } from 'vitest';
import { mutantsOf } from '../../.github/scripts/mutate-mutants.ts';
import { parse } from '../../.github/scripts/mutate-tree.ts';
import type { Change, Literal, LiteralMap } from '../../src/domain/change.ts';
import { ReferenceLiteral } from '../../src/domain/change.ts';
import type { Instance } from '../../src/domain/resource.ts';
import type { BadExample, Rule, Violation } from '../../src/domain/rule.ts';
import { sameSpan } from '../../src/domain/source.ts';
import { rules } from '../../src/rules/index.ts';
import { problemsOf } from './examples.ts';

interface Mutant {
  readonly name: string;
  /** Rules of which the mutant differs from the original; each must be one that is noticed. */
  applies(rule: Rule): boolean;
  mutate(rule: Rule): Rule;
}

const always = (): boolean => true;
const someBad = (rule: Rule, is: (example: BadExample) => boolean): boolean => Object.values(rule.examples).some(({ bad }) => bad.some(is));

const mutants: readonly Mutant[] = [
  {
    name: 'what is not known is a failure',
    applies: always,
    mutate: (rule) => changed(rule, (found) => found.map((each) => ({ ...each, outcome: 'fail' }))),
  },
  {
    name: 'what is not known passes',
    applies: always,
    mutate: (rule) => changed(rule, (found) => found.filter(({ outcome }) => outcome === 'fail')),
  },
  { name: 'never fails', applies: always, mutate: (rule) => changed(rule, (found) => found.filter(({ outcome }) => outcome !== 'fail')) },
  {
    name: 'always fails',
    applies: always,
    mutate: (rule) =>
      changed(rule, (found, instance) =>
        found.length > 0 ? found : [{ outcome: 'fail', message: 'it is wrong.', span: instance.resource.header }],
      ),
  },
  {
    name: 'what is absent is not reported',
    applies: (rule) => someBad(rule, ({ at }) => at.startsWith('resource "')),
    mutate: (rule) =>
      changed(rule, (found, instance) =>
        found.filter(({ outcome, span }) => outcome !== 'fail' || !headers(instance).some((header) => sameSpan(header, span))),
      ),
  },
  {
    name: 'anything but false passes',
    applies: (rule) => someBad(rule, ({ at }) => at === 'false'),
    mutate: (rule) => changed(rule, (found) => found.filter(({ outcome, message }) => outcome !== 'fail' || message.includes(' is false'))),
  },
  {
    name: 'points at nothing',
    applies: always,
    mutate: (rule) => changed(rule, (found) => found.map((each) => ({ ...each, span: { ...each.span, end: each.span.start } }))),
  },
  {
    name: 'points at another file',
    applies: always,
    mutate: (rule) =>
      changed(rule, (found) => found.map((each) => ({ ...each, span: { ...each.span, file: `modules/${each.span.file}` } }))),
  },
  {
    name: 'fix writes a wrong value',
    applies: (rule) => someBad(rule, ({ fixed }) => fixed !== undefined),
    mutate: (rule) => fixed(rule, (changes) => changes.map((change) => withWrongValue(change))),
  },
  {
    name: 'fix changes nothing',
    applies: (rule) => someBad(rule, ({ fixed }) => fixed !== undefined),
    mutate: (rule) => fixed(rule, () => []),
  },
];

/** One rule of each kind that must be among those a mutant applies to. */
const KINDS = ['aws-s3-versioning', 'aws-s3-block-public-acls', 'aws-ebs-encryption'];

describe('examples notice a rule that', () => {
  for (const { name, applies, mutate } of mutants) {
    it(name, () => {
      const mutated = rules.filter(applies);
      expect(mutated.map(({ id }) => id)).toEqual(expect.arrayContaining(KINDS));
      const unnoticed = mutated.filter((rule) => problemsOf(mutate(rule), rules).length === 0);
      expect(unnoticed.map(({ id }) => id)).toEqual([]);
    });
  }
});

describe('a mutant of the code', () => {
  function mutants(text: string): string[] {
    return mutantsOf([parse('/rules/size.ts', text)]).map((mutant) => `${text.slice(mutant.start, mutant.end)} → ${mutant.text}`);
  }

  it('changes what decides, and no words, severities or examples', () => {
    expect(
      mutants(`
export const rule = defineRule({
  id: 'aws-size',
  severity: 'HIGH',
  *check({ size, span }: Instance) {
    if (size > LIMITS.most) yield { outcome: 'fail', message: \`It is \${wordFor(size)}.\`, severity: size > 9 ? 'HIGH' : 'LOW', span };
  },
  examples: { terraform: { bad: [{ name: 'too large', source: example(4), at: 'size' }] } },
});

const LIMITS = { most: 3 };

function wordFor(size: number): string {
  return size > 5 ? 'large' : 'largish';
}

function example(size: number): string {
  return size === 0 ? 'size = null' : String(size);
}
`),
    ).toEqual(['size > LIMITS.most → true', 'size > LIMITS.most → false', '> → >=', '\'fail\' → "undecided"', '3 → 4']);
  });

  it('leaves out an item or a statement, negates, and makes a choice of everything', () => {
    expect(
      mutants(`
const seen = new WeakMap();
export const rule = defineRule({
  *check(instance) {
    seen.set(instance, instance);
    yield* open(instance);
    yield* shut(instance);
  },
  targets: { terraform: ['aws_a', 'aws_b'] },
});
function open(instance) {
  return instance.related.filter(isOpen);
}
function shut(instance) {
  return instance.size ?? !instance.shut;
}
`),
    ).toEqual([
      'yield* open(instance); → ;',
      'yield* shut(instance); → ;',
      "targets: { terraform: ['aws_a', 'aws_b'] }, → ",
      "terraform: ['aws_a', 'aws_b'] → ",
      "'aws_a', → ",
      "'aws_b' → ",
      'isOpen → () => true',
      'instance.size ?? !instance.shut → ((instance.size) && (!instance.shut))',
      '! → ',
    ]);
  });
});

function changed(rule: Rule, change: (found: readonly Violation[], instance: Instance) => readonly Violation[]): Rule {
  return { ...rule, check: (instance) => change([...rule.check(instance)], instance) };
}

function fixed(rule: Rule, change: (changes: readonly Change[]) => readonly Change[]): Rule {
  const { fix } = rule;
  if (fix === undefined) return rule;
  return {
    ...rule,
    fix: {
      safety: fix.safety,
      changes(instance) {
        const changes = fix.changes(instance);
        return changes === null ? null : change(changes);
      },
    },
  };
}

function headers({ resource }: Instance): readonly Instance['resource']['header'][] {
  return [resource.header, ...resource.related.map((link) => link.resource.header)];
}

function withWrongValue(change: Change): Change {
  switch (change.kind) {
    case 'set':
      return { ...change, value: wrong(change.value) };
    case 'add':
      return { ...change, attributes: wrongMap(change.attributes) };
    case 'remove':
      return { ...change, path: change.path.map((step) => (typeof step === 'string' ? `no-${step}` : step)) };
    default:
      return change satisfies never;
  }
}

function wrong(value: Literal): Literal {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `no-${value}`;
  if (value instanceof ReferenceLiteral) return new ReferenceLiteral(value.resource, `${value.attribute}_no`, value.suffix);
  return isLiteralList(value) ? value.map(wrong) : wrongMap(value);
}

function isLiteralList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}

function wrongMap(value: LiteralMap): LiteralMap {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, wrong(item)]));
}
