import type { Instance, Resource } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { declared } from '../samples.ts';
import { placesOf } from './place.ts';

const MUST = 'it must be in a VPC that is made for the purpose';

/** `aws_default_subnet` is always in the default VPC; other subnets are where their VPC is. */
function* judge(instance: Instance): Iterable<Violation> {
  for (const { subnet, value } of placesOf(instance)) {
    if (subnet?.type === 'aws_default_subnet') {
      yield { outcome: 'fail', message: `${subnet.address} is a subnet of the default VPC; ${MUST}.`, span: value.span };
      continue;
    }
    const vpc = subnet === undefined ? undefined : vpcOf(subnet);
    if (subnet === undefined || vpc === undefined) continue;
    const named = namedBy(subnet, vpc);
    if (named?.type === 'aws_default_vpc')
      yield { outcome: 'fail', message: `${subnet.address} is in the default VPC, ${named.address}; ${MUST}.`, span: value.span };
    else if (vpc.state === 'unknown' && vpc.reference === undefined)
      yield {
        outcome: 'undecided',
        message: `Whether ${subnet.address} is in the default VPC is not known: ${vpc.reason}; ${MUST}.`,
        span: value.span,
      };
  }
}

function vpcOf(subnet: Resource): Value | undefined {
  const [first] = subnet.instances;
  return first === undefined ? undefined : at(first.attributes, subnet.framework === 'terraform' ? 'vpc_id' : 'VpcId');
}

function namedBy(subnet: Resource, vpc: Value): Resource | undefined {
  const address = vpc.state === 'unknown' ? vpc.reference?.address : undefined;
  return subnet.related.find(({ direction, resource }) => direction === 'to' && resource.address === address)?.resource;
}

function subnet(vpc: string): string {
  return `resource "aws_subnet" "web" {\n  vpc_id     = ${vpc}\n  cidr_block = "172.31.64.0/20"\n}\n`;
}

export const rule = defineRule({
  id: 'aws-ec2-default-vpc',
  title: 'Instance must not be in the default VPC',
  // No control of AWS Foundational Security Best Practices; LOW is what another checker gives it.
  severity: 'LOW',
  // An instance that names no subnet at all is another rule's finding. Ids of subnets do not tell their VPC.
  targets: { terraform: ['aws_instance'] },
  topics: ['ec2-default-vpc'],
  why: 'The default VPC is the same in every account, has public subnets only, and collects whatever was started without a thought.',
  remedy: ['Declare a VPC with private subnets, or choose one that is there, and name one of its subnets in `subnet_id`.'],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html'],
  controls: { nist: ['AC-4', 'SC-7'] },
  equivalents: {},
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'a subnet of the default VPC',
          source: declared(
            'aws_instance',
            ['subnet_id = aws_subnet.web.id'],
            subnet('aws_default_vpc.main.id'),
            'resource "aws_default_vpc" "main" {\n}\n',
          ),
          at: 'aws_subnet.web.id',
        },
        {
          name: 'the default subnet',
          source: declared(
            'aws_instance',
            ['subnet_id = aws_default_subnet.web.id'],
            'resource "aws_default_subnet" "web" {\n  availability_zone = "eu-west-1a"\n}\n',
          ),
          at: 'aws_default_subnet.web.id',
        },
      ],
      good: [
        {
          name: 'a subnet of another VPC',
          source: declared(
            'aws_instance',
            ['subnet_id = aws_subnet.web.id'],
            subnet('aws_vpc.main.id'),
            'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n',
          ),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_instance', ['subnet_id = aws_subnet.web.id'], subnet('var.unset')),
          at: 'aws_subnet.web.id',
        },
      ],
    },
  },
});
