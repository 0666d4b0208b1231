import { declared } from '../samples.ts';
import { keyRule } from './key.ts';

export const rule = keyRule({
  id: 'aws-ebs-snapshot-copy-kms',
  title: 'Copy of an EBS snapshot must be encrypted with a KMS key of yours',
  // No control of AWS Foundational Security Best Practices, and no severity of other checkers; as for volumes.
  severity: 'LOW',
  // Without a key, a copy is encrypted with the one that AWS keeps, even where its original had a key of yours.
  terraform: { aws_ebs_snapshot_copy: [{ path: ['kms_key_id'] }] },
  topics: ['ebs-snapshot-copy-kms'],
  why: 'A copy that falls back to the key that AWS keeps is open to everyone in the account who may use EBS, however narrow the key of the original was.',
  remedy: [
    'Choose a KMS key of your own in the region of the copy: keys do not leave their region.',
    'Set `encrypted = true` and `kms_key_id` to the ARN of the key.',
  ],
  references: ['https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html'],
  controls: { nist: ['SC-12', 'SC-28'] },
  equivalents: { checkov: ['CKV_AWS_183'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'encrypted, but no key is named',
          source: declared('aws_ebs_snapshot_copy', [
            'source_snapshot_id = "snap-0123456789abcdef0"',
            'source_region      = "eu-west-1"',
            'encrypted          = true',
          ]),
          at: 'resource "aws_ebs_snapshot_copy" "app"',
        },
        {
          name: 'the key that AWS keeps',
          source: declared('aws_ebs_snapshot_copy', ['encrypted  = true', 'kms_key_id = "alias/aws/ebs"']),
          at: '"alias/aws/ebs"',
        },
        { name: 'no name of a key', source: declared('aws_ebs_snapshot_copy', ['kms_key_id = ""']), at: '""' },
      ],
      good: [
        { name: 'a key by its alias', source: declared('aws_ebs_snapshot_copy', ['encrypted  = true', 'kms_key_id = "alias/backups"']) },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_ebs_snapshot_copy', ['encrypted  = true', 'kms_key_id = var.unset']),
          at: 'var.unset',
        },
      ],
    },
  },
});
