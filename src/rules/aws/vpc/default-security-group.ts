import { reference } from '../../../domain/change.ts';
import { companions } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import { judgeCompanions } from '../network/companion.ts';
import { vpcWith } from '../network/vpc-samples.ts';

const TYPE = 'aws_default_security_group';
const KINDS = [{ type: TYPE, attribute: 'vpc_id' }];
const WORDS = { missing: 'nothing closes the default security group of the VPC', must: 'it must allow no traffic' };

export const rule = defineRule({
  id: 'aws-vpc-default-security-group',
  title: 'VPC must have its default security group closed',
  // EC2.2 of AWS Foundational Security Best Practices is High. As AWS makes it, the group lets in only its own members,
  // and matters once something uses it: MEDIUM. What is declared for it is judged with the group, as HIGH.
  severity: 'MEDIUM',
  // CloudFormation cannot take away the entries that AWS gives the group.
  targets: { terraform: ['aws_vpc'] },
  topics: ['sg-default-restricts-all'],
  why: 'AWS gives each VPC a default group whose members reach each other and the whole internet; whatever is started without naming a group is in it.',
  remedy: [
    'Find out what uses the default group, and give it a security group of its own.',
    'Declare an `aws_default_security_group` with `vpc_id = aws_vpc.main.id` and no `ingress` and `egress`, which takes all entries away.',
  ],
  references: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2',
  ],
  controls: { fsbp: ['EC2.2'], cis: ['5.4'], nist: ['AC-4', 'SC-7'] },
  equivalents: { checkov: ['CKV2_AWS_12'] },
  check: (instance) => judgeCompanions(instance, KINDS, WORDS),
  fix: {
    // Whatever uses the default group loses its connections.
    safety: 'needs-review',
    changes(instance) {
      const { resource } = instance;
      if (![...judgeCompanions(instance, KINDS, WORDS)].some(({ outcome }) => outcome === 'fail')) return [];
      // One that is there for other instances of the VPC has to be extended by hand.
      if (companions(resource, TYPE).some(({ certain }) => certain)) return null;
      return [{ kind: 'add', beside: resource, type: TYPE, attributes: { vpc_id: reference(resource, 'id') } }];
    },
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'nothing is said about it',
          source: `resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
`,
          at: 'resource "aws_vpc" "main"',
          fixed: `resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id
}
`,
        },
        {
          name: 'it is closed for one of two',
          source: `resource "aws_vpc" "main" {
  for_each   = toset(["live", "test"])
  cidr_block = "10.0.0.0/16"
}

resource "aws_default_security_group" "live" {
  vpc_id = aws_vpc.main["live"].id
}
`,
          at: 'resource "aws_vpc" "main"',
        },
      ],
      good: [{ name: 'it is closed', source: vpcWith(TYPE, ['vpc_id = aws_vpc.main.id']) }],
      undecided: [{ name: 'that of a VPC that is not known is', source: vpcWith(TYPE, ['vpc_id = var.unset']), at: 'var.unset' }],
    },
  },
});
