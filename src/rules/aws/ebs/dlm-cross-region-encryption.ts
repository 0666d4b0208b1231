import type { Instance } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import { elements, judge, nameOf } from '../../attribute.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';
import { declared, stack } from '../samples.ts';
import { arriving, arrivingInStack, COPIES, scheduled, scheduledInStack } from './dlm.ts';

function* judgements({ attributes, resource }: Instance): Iterable<Judgement> {
  const [places, flag] =
    resource.framework === 'terraform'
      ? [COPIES.aws_dlm_lifecycle_policy, 'encrypted']
      : [COPIES['AWS::DLM::LifecyclePolicy'], 'Encrypted'];
  for (const place of places) {
    for (const { path, value } of elements(attributes, place)) {
      const name = nameOf([...place, flag]);
      for (const violation of judge(at(value, flag), { name, oneOf: [true], default: false }))
        yield { violation, fix: { kind: 'set', resource, path: [...path, flag], value: true } };
    }
  }
}

export const rule = defineRule({
  id: 'aws-ebs-dlm-cross-region-encryption',
  title: 'Copies of snapshots in other regions must be encrypted',
  // No control of AWS Foundational Security Best Practices, and no severity of other checkers; as for volumes (EC2.3).
  severity: 'MEDIUM',
  targets: { terraform: ['aws_dlm_lifecycle_policy'], cloudformation: ['AWS::DLM::LifecyclePolicy'] },
  topics: ['dlm-cross-region-encryption'],
  // A copy of an encrypted snapshot is encrypted whatever is said here; which snapshots the policy will meet is told by tags
  // and not known. Schedules are judged as events are, though some checkers look at events only.
  why: 'A copy of an unencrypted snapshot stays unencrypted: it can be shared and read without any key, in a region that nobody may be watching.',
  remedy: [
    'Set `encrypted = true` in each `cross_region_copy_rule` and `encryption_configuration` (CloudFormation: `Encrypted: true`).',
    'Name a KMS key of your own in that region as well, and let the role of the policy use it.',
  ],
  references: ['https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-ami-policy.html'],
  controls: { nist: ['SC-28', 'SC-28(1)'] },
  equivalents: { checkov: ['CKV_AWS_253', 'CKV_AWS_255'], guard: ['DLM_LIFECYCLE_POLICY_CROSS_REGION_ENCRYPTION_RULE'] },
  // Whoever restores from the copies must be allowed to use the key.
  ...judging(judgements, 'needs-review'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'turned off for the copies of a schedule',
          source: declared('aws_dlm_lifecycle_policy', scheduled('target    = "eu-central-1"', 'encrypted = false')),
          at: 'false',
          fixed: declared('aws_dlm_lifecycle_policy', scheduled('target    = "eu-central-1"', 'encrypted = true')),
        },
        {
          name: 'nothing said for snapshots that others share',
          source: declared('aws_dlm_lifecycle_policy', arriving('cmk_arn = "alias/backups"')),
          at: 'encryption_configuration',
          fixed: declared('aws_dlm_lifecycle_policy', arriving('cmk_arn   = "alias/backups"', 'encrypted = true')),
        },
        {
          name: 'a text that is neither true nor false',
          source: declared('aws_dlm_lifecycle_policy', scheduled('encrypted = "yes"')),
          at: '"yes"',
          fixed: declared('aws_dlm_lifecycle_policy', scheduled('encrypted = true')),
        },
      ],
      good: [
        { name: 'encrypted copies', source: declared('aws_dlm_lifecycle_policy', arriving('encrypted = true')) },
        { name: 'no copies in other regions', source: declared('aws_dlm_lifecycle_policy', ['description = "daily"']) },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_dlm_lifecycle_policy', scheduled('encrypted = var.unset')),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'turned off for snapshots that others share',
          source: stack('AWS::DLM::LifecyclePolicy', arrivingInStack('Encrypted: false')),
          at: 'false',
          fixed: stack('AWS::DLM::LifecyclePolicy', arrivingInStack('Encrypted: true')),
        },
        {
          name: 'nothing said for the copies of a schedule',
          source: stack('AWS::DLM::LifecyclePolicy', scheduledInStack('Target: eu-central-1')),
          at: 'Target: eu-central-1',
          fixed: stack('AWS::DLM::LifecyclePolicy', scheduledInStack('Target: eu-central-1', 'Encrypted: true')),
        },
        {
          name: 'a text that is neither true nor false',
          source: stack('AWS::DLM::LifecyclePolicy', scheduledInStack('Encrypted: "yes"')),
          at: '"yes"',
          fixed: stack('AWS::DLM::LifecyclePolicy', scheduledInStack('Encrypted: true')),
        },
      ],
      good: [{ name: 'encrypted copies', source: stack('AWS::DLM::LifecyclePolicy', arrivingInStack('Encrypted: true')) }],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::DLM::LifecyclePolicy', arrivingInStack('Encrypted: !Ref Unset')),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
