import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import { judge } from '../../attribute.ts';
import { companionsOf } from '../network/companion.ts';
import { stackWith, vpcWith } from '../network/vpc-samples.ts';

const ENDPOINTS = [
  { type: 'aws_vpc_endpoint', attribute: 'vpc_id' },
  { type: 'AWS::EC2::VPCEndpoint', attribute: 'VpcId' },
];

function nameIn({ resource }: Instance): string {
  return resource.framework === 'terraform' ? 'enable_dns_support' : 'EnableDnsSupport';
}

/** Only a VPC with an endpoint needs its names; where there may be one, a failure is undecided. */
function* check(instance: Instance): Iterable<Violation> {
  const { found, doubt } = companionsOf(instance, ENDPOINTS);
  if (found.length === 0 && doubt === undefined) return;
  const name = nameIn(instance);
  for (const violation of judge(at(instance.attributes, name), { name, oneOf: [true], default: true })) {
    if (doubt === undefined || violation.outcome === 'undecided') yield violation;
    else
      yield {
        outcome: 'undecided',
        message: `${name} is off, but whether the VPC has an endpoint is not known: ${doubt.why}.`,
        span: doubt.span,
      };
  }
}

export const rule = defineRule({
  id: 'aws-vpc-endpoint-dns',
  title: 'VPC with endpoints must resolve names',
  // No control of AWS Foundational Security Best Practices; LOW is what another checker gives.
  severity: 'LOW',
  targets: { terraform: ['aws_vpc'], cloudformation: ['AWS::EC2::VPC'] },
  topics: ['vpc-endpoint-dns'],
  why: 'Without the name server of Amazon VPC the name of a service leads past the endpoint, over the internet or nowhere.',
  remedy: [
    'Set `enable_dns_support = true` (CloudFormation: `EnableDnsSupport: true`), or leave it out, which means the same.',
    'For private names of an endpoint also set `enable_dns_hostnames = true`.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html'],
  controls: { nist: ['SC-7'] },
  equivalents: {},
  check,
  fix: {
    // Names that were not resolved are from then on; nothing that works today uses them.
    safety: 'safe',
    changes(instance) {
      const fails = [...check(instance)].some(({ outcome }) => outcome === 'fail');
      return fails ? [{ kind: 'set', resource: instance.resource, path: [nameIn(instance)], value: true }] : [];
    },
  },
  examples: {
    terraform: {
      bad: (['false', '"off"'] as const).map((value) => {
        const source = vpcWith('aws_vpc_endpoint', ['vpc_id       = aws_vpc.main.id', 'service_name = "com.amazonaws.eu-west-1.sqs"']);
        const withSupport = (support: string): string => source.replace('/16"\n', `/16"\n  enable_dns_support = ${support}\n`);
        return { name: `it is ${value}`, source: withSupport(value), at: value, fixed: withSupport('true') };
      }),
      good: [
        { name: 'nothing is said, which means yes', source: vpcWith('aws_vpc_endpoint', ['vpc_id = aws_vpc.main.id']) },
        { name: 'no endpoint needs it', source: 'resource "aws_vpc" "main" {\n  enable_dns_support = false\n}\n' },
      ],
      undecided: [
        {
          name: 'an endpoint of a VPC that is not known',
          source: vpcWith('aws_vpc_endpoint', ['vpc_id = var.unset']).replace('/16"\n', '/16"\n  enable_dns_support = false\n'),
          at: 'var.unset',
        },
        {
          name: 'a variable without a value decides',
          source: vpcWith('aws_vpc_endpoint', ['vpc_id = aws_vpc.main.id']).replace('/16"\n', '/16"\n  enable_dns_support = var.unset\n'),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: (['false', 'no way'] as const).map((value) => {
        const source = stackWith('AWS::EC2::VPCEndpoint', ['VpcId: !Ref Main', 'ServiceName: com.amazonaws.eu-west-1.sqs']);
        const withSupport = (support: string): string => source.replace('/16\n', `/16\n      EnableDnsSupport: ${support}\n`);
        return { name: `it is ${value}`, source: withSupport(value), at: value, fixed: withSupport('true') };
      }),
      good: [{ name: 'nothing is said, which means yes', source: stackWith('AWS::EC2::VPCEndpoint', ['VpcId: !Ref Main']) }],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stackWith('AWS::EC2::VPCEndpoint', ['VpcId: !Ref Main']).replace('/16\n', '/16\n      EnableDnsSupport: !Ref Unset\n'),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
