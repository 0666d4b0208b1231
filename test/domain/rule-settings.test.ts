import { describe, expect, it } from 'vitest';
import { pathFilter } from '../../src/config/policy/paths.ts';
import { RuleSet, evaluate } from '../../src/domain/evaluate.ts';
import { applySettings } from '../../src/domain/rule-settings.ts';
import type { RuleSetting } from '../../src/domain/rule-settings.ts';
import { defineRule } from '../../src/domain/rule.ts';
import type { Rule } from '../../src/domain/rule.ts';
import { SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';

/** Says one thing by its own severity and one that the facts make worse. */
function speaking(id: string): Rule {
  return defineRule({
    id,
    title: `Title of ${id}`,
    severity: 'LOW',
    targets: { terraform: ['aws_s3_bucket'] },
    topics: [],
    why: '',
    remedy: [],
    references: [],
    controls: {},
    equivalents: {},
    *check({ resource }) {
      yield { outcome: 'fail', message: 'Plain.', span: resource.header };
      yield { outcome: 'fail', message: 'Worse.', span: resource.header, severity: 'CRITICAL' };
    },
    examples: {},
  });
}

const AS_IT_IS: RuleSetting = { severity: null, off: null, paths: [] };
const RULES = [speaking('aws-s3-acl'), speaking('aws-s3-logging'), speaking('aws-ebs-key')];

function apply(settings: Record<string, Partial<RuleSetting>>) {
  const filled = Object.entries(settings).map(([id, setting]) => [id, { ...AS_IT_IS, ...setting }] as const);
  return applySettings(RULES, new Map(filled), pathFilter);
}

function said(rules: readonly Rule[], file = 'main.tf'): string[] {
  const { resources } = createWorkspace([new SourceText(file, 'resource "aws_s3_bucket" "logs" {\n}\n')]);
  return resources
    .flatMap((resource) => evaluate(resource, new RuleSet(rules)))
    .map((each) => `${each.ruleId} ${each.severity} ${each.message}`);
}

describe('settings of rules', () => {
  it('leave the others as they are', () => {
    expect(apply({}).rules).toEqual(RULES);
    expect(apply({ 'aws-s3-acl': {} }).rules[1]).toBe(RULES[1]);
  });

  it('give another severity, whatever the facts', () => {
    expect(said(apply({ 'aws-s3-acl': { severity: 'HIGH' } }).rules.slice(0, 1))).toEqual([
      'aws-s3-acl HIGH Plain.',
      'aws-s3-acl HIGH Worse.',
    ]);
    expect(said(RULES.slice(0, 1))).toEqual(['aws-s3-acl CRITICAL Worse.', 'aws-s3-acl LOW Plain.']);
  });

  it('leave rules out and tell which, and why', () => {
    const { rules, off } = apply({ 'aws-s3-*': { off: 'Another tool does this.' } });
    expect(rules.map(({ id }) => id)).toEqual(['aws-ebs-key']);
    expect(off).toEqual([
      { id: 'aws-s3-acl', title: 'Title of aws-s3-acl', reason: 'Another tool does this.' },
      { id: 'aws-s3-logging', title: 'Title of aws-s3-logging', reason: 'Another tool does this.' },
    ]);
  });

  it('of the id itself outweigh those of a beginning, and of a longer one those of a shorter', () => {
    const { rules } = apply({ '*': { severity: 'INFO' }, 'aws-s3-*': { severity: 'MEDIUM' }, 'aws-s3-acl': { severity: 'HIGH' } });
    expect(rules.map(({ id, severity }) => `${id} ${severity}`)).toEqual(['aws-s3-acl HIGH', 'aws-s3-logging MEDIUM', 'aws-ebs-key INFO']);
  });

  it('limit a rule to files', () => {
    const { rules } = apply({ 'aws-s3-acl': { paths: ['infra/**', '!infra/sandbox'] } });
    const first = rules.slice(0, 1);
    expect(said(first, 'infra/prod/main.tf')).toEqual(['aws-s3-acl CRITICAL Worse.', 'aws-s3-acl LOW Plain.']);
    expect(said(first, 'infra/sandbox/main.tf')).toEqual([]);
    expect(said(first, 'other/main.tf')).toEqual([]);
  });

  it('are part of the data that a digest is made of', () => {
    const texts = [{}, { severity: 'HIGH' as const }, { paths: ['a/**'] }].map((each) =>
      JSON.stringify(apply({ 'aws-s3-acl': each }).rules),
    );
    expect(new Set(texts).size).toBe(3);
  });
});

describe('globs of files, of which the last that matches decides', () => {
  it.each([
    [[], 'a.tf', true],
    [['infra'], 'infra/a.tf', true],
    [['./infra/'], 'infra/a.tf', true],
    [['infra/*.tf'], 'infra/b/a.tf', false],
    [['**', '!legacy/**'], 'legacy/a.tf', false],
    [['!legacy/**'], 'legacy/a.tf', false],
    [['!legacy/**'], 'a.tf', true],
    [['!legacy/**', 'legacy/kept/**'], 'legacy/kept/a.tf', true],
    [['a/**', '!a/b/**', 'a/b/c.tf'], 'a/b/c.tf', true],
    [['a/**'], '.a/c.tf', false],
    [['**'], '.github/c.tf', true],
  ])('%j of %s: %s', (globs, file, expected) => {
    expect(pathFilter(globs)(file)).toBe(expected);
  });
});
