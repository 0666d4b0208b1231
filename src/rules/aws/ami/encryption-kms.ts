import { keyRule } from '../ebs/key.ts';
import { declared } from '../samples.ts';

export const rule = keyRule({
  id: 'aws-ami-encryption-kms',
  title: 'Copy of a machine image must be encrypted with a KMS key of yours',
  // No control of AWS Foundational Security Best Practices, and no severity of other checkers; as for volumes.
  severity: 'LOW',
  // The disks of an `aws_ami` name no key: they have the key of their snapshots.
  terraform: { aws_ami_copy: [{ path: ['kms_key_id'] }] },
  topics: ['ami-encryption-kms'],
  why: 'An image under the key that AWS keeps cannot be shared with another account, and everyone in this account who may use EBS can read it.',
  remedy: [
    'Choose a KMS key of your own in the region of the copy, whose policy lets in the roles that start instances from the image.',
    'Set `encrypted = true` and `kms_key_id` to the ARN of the key. The image is made anew, under another id.',
  ],
  references: ['https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIEncryption.html'],
  controls: { nist: ['SC-12', 'SC-28'] },
  equivalents: { checkov: ['CKV_AWS_204', 'CKV_AWS_236'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'encrypted, but no key is named',
          source: declared('aws_ami_copy', ['source_ami_id = "ami-0123456789abcdef0"', 'encrypted     = true']),
          at: 'resource "aws_ami_copy" "app"',
        },
        {
          name: 'the key that AWS keeps',
          source: declared('aws_ami_copy', ['encrypted  = true', 'kms_key_id = "arn:aws:kms:eu-west-1:111122223333:alias/aws/ebs"']),
          at: '"arn:aws:kms:eu-west-1:111122223333:alias/aws/ebs"',
        },
        { name: 'no name of a key', source: declared('aws_ami_copy', ['kms_key_id = ""']), at: '""' },
      ],
      good: [{ name: 'a key by its alias', source: declared('aws_ami_copy', ['encrypted  = true', 'kms_key_id = "alias/images"']) }],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_ami_copy', ['encrypted  = true', 'kms_key_id = var.unset']),
          at: 'var.unset',
        },
      ],
    },
  },
});
