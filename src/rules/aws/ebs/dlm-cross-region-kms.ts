import { declared, stack } from '../samples.ts';
import { arriving, arrivingInStack, COPIES, scheduled, scheduledInStack } from './dlm.ts';
import { keyRule } from './key.ts';

export const rule = keyRule({
  id: 'aws-ebs-dlm-cross-region-kms',
  title: 'Copies of snapshots in other regions must be encrypted with a KMS key of yours',
  // No control of AWS Foundational Security Best Practices, and no severity of other checkers; as for volumes.
  severity: 'LOW',
  terraform: { aws_dlm_lifecycle_policy: COPIES.aws_dlm_lifecycle_policy.map((each) => ({ each, path: ['cmk_arn'] })) },
  cloudformation: { 'AWS::DLM::LifecyclePolicy': COPIES['AWS::DLM::LifecyclePolicy'].map((each) => ({ each, path: ['CmkArn'] })) },
  topics: ['dlm-cross-region-kms'],
  why: 'A copy without a key of its own is encrypted with the one that AWS keeps in that region, if at all: who may read it is no longer for you to say.',
  remedy: [
    'Choose a KMS key of your own in each region that copies go to, and let the role of the policy use it.',
    'Name it by its ARN in each rule: `cmk_arn` (CloudFormation: `CmkArn`), beside `encrypted = true`.',
  ],
  references: ['https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-ami-policy.html'],
  controls: { nist: ['SC-12', 'SC-28'] },
  equivalents: { checkov: ['CKV_AWS_254', 'CKV_AWS_256'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'the copies of a schedule name none',
          source: declared('aws_dlm_lifecycle_policy', scheduled('target    = "eu-central-1"', 'encrypted = true')),
          at: 'cross_region_copy_rule',
        },
        {
          name: 'the key that AWS keeps, for snapshots that others share',
          source: declared('aws_dlm_lifecycle_policy', arriving('cmk_arn   = "alias/aws/ebs"', 'encrypted = true')),
          at: '"alias/aws/ebs"',
        },
        { name: 'no name of a key', source: declared('aws_dlm_lifecycle_policy', scheduled('cmk_arn = ""')), at: '""' },
      ],
      good: [
        {
          name: 'a key by its ARN',
          source: declared(
            'aws_dlm_lifecycle_policy',
            scheduled('cmk_arn   = "arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-0000-1111-2222-333344445555"', 'encrypted = true'),
          ),
        },
        { name: 'no copies in other regions', source: declared('aws_dlm_lifecycle_policy', ['description = "daily"']) },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_dlm_lifecycle_policy', arriving('cmk_arn   = var.unset', 'encrypted = true')),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'snapshots that others share are copied without one',
          source: stack('AWS::DLM::LifecyclePolicy', arrivingInStack('Encrypted: true')),
          at: 'EncryptionConfiguration',
        },
        {
          name: 'the key that AWS keeps, for the copies of a schedule',
          source: stack('AWS::DLM::LifecyclePolicy', scheduledInStack('Encrypted: true', 'CmkArn: alias/aws/ebs')),
          at: 'alias/aws/ebs',
        },
        {
          name: 'no name of a key',
          source: stack('AWS::DLM::LifecyclePolicy', arrivingInStack('Encrypted: true', 'CmkArn: ""')),
          at: '""',
        },
      ],
      good: [
        {
          name: 'a key by its alias',
          source: stack('AWS::DLM::LifecyclePolicy', scheduledInStack('Encrypted: true', 'CmkArn: alias/backups')),
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::DLM::LifecyclePolicy', scheduledInStack('Encrypted: true', 'CmkArn: !Ref Unset')),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
