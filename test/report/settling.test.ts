import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sectionsOf } from '../../src/report/report.ts';
import { settling } from '../../src/report/settling.ts';
import { hostileText } from './hostile.ts';
import { bucket, reportOf } from './sample.ts';

/** Sentences for findings with these messages. */
function sentences(messages: readonly string[], outcome: 'undecided' | 'fail' = 'undecided'): string[] {
  const [sample] = bucket.findings;
  if (sample === undefined) throw new Error('the sample has a finding');
  const findings = messages.map((message) => ({ ...sample, outcome, message }));
  return settling(sectionsOf(reportOf({ resources: [{ ...bucket, findings }] })).current);
}

describe('settling', () => {
  it('groups by what is not known, what settles most first', () => {
    expect(
      sentences([
        'encrypted is not known: parameter Key has no default here; it must be true.',
        'ingress.cidr_blocks is not known (var.office has no value here); it must not be open.',
        'Whether port 22 is open cannot be told: var.office has no value here.',
      ]),
    ).toEqual([
      'Give `var.office` a value (tf-vars), or a plan (plan-file), to settle 2 requirements.',
      'Give parameter `Key` a value (cfn-parameters) to settle 1 requirement.',
    ]);
  });

  it('names what a plan, a copy of a module, or nothing at all can settle', () => {
    expect(
      sentences([
        'kms_key_id is not known: data.aws_kms_key.disks.arn is read when Terraform runs.',
        'policy is not known: a.b.c is known only after creation',
        'subnet is not known: module.edge.module.inner comes from "acme/vpc/aws", which is outside this repository and not read',
        'KmsKeyId is not known: AWS::AccountId is known only when the stack is created',
      ]),
    ).toEqual([
      'Give a plan (plan-file), which knows `data.aws_kms_key.disks.arn`, to settle 1 requirement.',
      'Give a plan (plan-file) of what exists already, for `a.b.c`, to settle 1 requirement.',
      'Put `module.edge.module.inner` into the repository, or give a plan (plan-file), to settle 1 requirement.',
      expect.stringMatching(/^No file settles 1 requirement: `[^`]+` can be known only when the stack is created\.$/u),
    ]);
  });

  it('names three things and counts the others', () => {
    const messages = ['a', 'b', 'c', 'd', 'e'].map((name) => `x is not known: t.${name}.id is known only after creation`);
    expect(sentences(messages)).toEqual([
      'Give a plan (plan-file) of what exists already, for `t.a.id`, `t.b.id`, `t.c.id` and 2 more, to settle 5 requirements.',
    ]);
  });

  it('says nothing of what failed', () => {
    expect(sentences(['var.office has no value here'], 'fail')).toEqual([]);
  });

  it('ends no code span early, whatever the names, and takes long ones in linear time', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        for (const sentence of sentences([`x is not known: ${name} is known only after creation`]))
          expect(sentence.match(/`/gu)).toHaveLength(2);
      }),
    );
    expect(sentences([`x is not known: ${'var.'.repeat(100_000)}`, 'module.a'.repeat(100_000), 'x'.repeat(400_000)])).toEqual([]);
  });
});
