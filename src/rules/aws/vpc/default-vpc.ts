import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';

const MUST = 'use a VPC that is made for the purpose';

function* judge({ attributes, key, resource }: Instance): Iterable<Violation> {
  const { header: span } = resource;
  if (resource.type === 'aws_default_vpc') {
    if (key === undefined)
      yield {
        outcome: 'undecided',
        message: `Whether the default VPC is taken over is not known, as the number of instances is not; ${MUST}.`,
        span,
      };
    else yield { outcome: 'fail', message: `The default VPC is taken over; ${MUST}.`, span };
    return;
  }
  const vpc = at(attributes, 'vpc_id');
  const named = vpc.state === 'unknown' ? vpc.reference?.address : undefined;
  const link = resource.related.find(({ direction, resource: other }) => direction === 'to' && other.address === named);
  if (link?.resource.type === 'aws_default_vpc')
    yield { outcome: 'fail', message: `The subnet is in the default VPC, ${link.resource.address}; ${MUST}.`, span: vpc.span };
}

export const rule = defineRule({
  id: 'aws-vpc-default-vpc',
  title: 'Default VPC must not be used',
  // No control of AWS Foundational Security Best Practices; MEDIUM is what most other checkers give.
  severity: 'MEDIUM',
  targets: { terraform: ['aws_default_vpc', 'aws_subnet'] },
  topics: ['vpc-default'],
  why: 'Each subnet of the default VPC is public and gives out public addresses; whatever is started there without a thought is on the internet.',
  remedy: [
    'Declare an `aws_vpc` with subnets of its own, and move there what runs in the default VPC.',
    'Then remove `aws_default_vpc`; with `force_destroy = true` Terraform deletes the default VPC along with it.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html'],
  controls: { nist: ['SC-7'] },
  equivalents: { checkov: ['CKV_AWS_148'], trivy: ['AWS-0101'] },
  check: judge,
  examples: {
    terraform: {
      bad: [{ name: 'it is taken over', source: 'resource "aws_default_vpc" "this" {}\n', at: 'resource "aws_default_vpc" "this"' }],
      good: [
        {
          name: 'a subnet is in another',
          source: `resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
`,
        },
        { name: 'it is not made', source: 'resource "aws_default_vpc" "this" {\n  count = 0\n}\n' },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: `variable "vpcs" {
  type = number
}

resource "aws_default_vpc" "this" {
  count = var.vpcs
}
`,
          at: 'resource "aws_default_vpc" "this"',
        },
      ],
    },
  },
});
