import { at } from '../../../domain/value.ts';
import { textOf } from '../../../domain/wording.ts';
import { attributeRule } from '../../attribute.ts';

export const rule = attributeRule({
  id: 'aws-ebs-default-encryption',
  title: 'EBS encryption by default must not be turned off',
  // EC2.7 of AWS Foundational Security Best Practices is Medium.
  severity: 'MEDIUM',
  terraform: { aws_ebs_encryption_by_default: { path: ['enabled'], oneOf: [true], default: true } },
  topics: ['ebs-default-encryption'],
  why: 'Encryption by default covers every volume and snapshot copy of the account in the region, whoever makes it and whatever they forget to say.',
  remedy: ['Set `enabled = true`, or leave it out.', 'Repeat it in each region that is used: the setting is per account and region.'],
  references: [
    'https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-7',
  ],
  controls: { fsbp: ['EC2.7'], cis: ['2.2.1'], nist: ['SC-28', 'SC-28(1)'] },
  equivalents: { checkov: ['CKV_AWS_106'] },
  // Whoever makes volumes must be allowed to use the key.
  safety: 'needs-review',
  script({ attributes }) {
    if (textOf(at(attributes, 'enabled'))?.toLowerCase() !== 'false') return null;
    return [
      ['aws', 'ec2', 'get-ebs-encryption-by-default'],
      ['aws', 'ec2', 'enable-ebs-encryption-by-default'],
    ];
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'turned off',
          source: `resource "aws_ebs_encryption_by_default" "this" {
  enabled = false
}
`,
          at: 'false',
          fixed: `resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}
`,
        },
        {
          name: 'a text that is neither true nor false',
          source: `resource "aws_ebs_encryption_by_default" "this" {
  enabled = "always"
}
`,
          at: '"always"',
          fixed: `resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}
`,
        },
      ],
      good: [
        {
          name: 'turned on',
          source: `resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}
`,
        },
        {
          name: 'nothing said, which means on',
          source: `resource "aws_ebs_encryption_by_default" "this" {
}
`,
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: `variable "encrypt_volumes" {
  type = bool
}

resource "aws_ebs_encryption_by_default" "this" {
  enabled = var.encrypt_volumes
}
`,
          at: 'var.encrypt_volumes',
        },
      ],
    },
  },
});
