import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { judgeCompanions } from '../network/companion.ts';
import { another, declared, stack } from '../samples.ts';

/** Attributes by which the address itself says what it is for. */
const OWN = { terraform: ['instance', 'network_interface'], cloudformation: ['InstanceId'] } as const;

/** What takes the address, by which attribute. */
const USERS = [
  { type: 'aws_eip_association', attribute: 'allocation_id' },
  { type: 'aws_eip_association', attribute: 'public_ip' },
  { type: 'aws_nat_gateway', attribute: 'allocation_id' },
  { type: 'aws_nat_gateway', attribute: 'secondary_allocation_ids' },
  { type: 'aws_nat_gateway', attribute: 'availability_zone_address' },
  { type: 'aws_lb', attribute: 'subnet_mapping' },
  { type: 'aws_alb', attribute: 'subnet_mapping' },
  { type: 'aws_transfer_server', attribute: 'endpoint_details' },
  { type: 'AWS::EC2::EIPAssociation', attribute: 'AllocationId' },
  { type: 'AWS::EC2::EIPAssociation', attribute: 'EIP' },
  { type: 'AWS::EC2::NatGateway', attribute: 'AllocationId' },
  { type: 'AWS::EC2::NatGateway', attribute: 'SecondaryAllocationIds' },
  { type: 'AWS::EC2::NatGateway', attribute: 'AvailabilityZoneAddresses' },
  { type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', attribute: 'SubnetMappings' },
  { type: 'AWS::Transfer::Server', attribute: 'EndpointDetails' },
];

const WORDS = { missing: 'the address is attached to nothing here', must: 'it must be in use, or it must go' };

function* judge(instance: Instance): Iterable<Violation> {
  const own = OWN[instance.resource.framework].map((name) => at(instance.attributes, name));
  if (own.some(isNamed)) return;
  const unknown = own.find(({ state }) => state === 'unknown');
  if (unknown?.state === 'unknown')
    yield {
      outcome: 'undecided',
      message: `Whether ${WORDS.missing} cannot be told: ${unknown.reason}; ${WORDS.must}.`,
      span: unknown.span,
    };
  else yield* judgeCompanions(instance, USERS, WORDS);
}

function isNamed(value: Value): boolean {
  return value.state === 'unknown' ? value.reference !== undefined : value.state === 'known' && value.data !== '';
}

export const rule = defineRule({
  id: 'aws-ec2-eip-unattached',
  title: 'Elastic IP address must be attached',
  // EC2.12 of AWS Foundational Security Best Practices is Low.
  severity: 'LOW',
  targets: { terraform: ['aws_eip'], cloudformation: ['AWS::EC2::EIP'] },
  topics: ['eip-unattached'],
  why: 'An address that nothing uses is paid for, and stays on allow lists and in DNS until someone attaches it to something else.',
  remedy: [
    'Attach it: `instance` or `network_interface`, or an `aws_eip_association` (CloudFormation: `InstanceId` or `AWS::EC2::EIPAssociation`). Or remove it.',
    'Where it is attached outside of this code, record an exception.',
  ],
  references: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-eips.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-12',
  ],
  controls: { fsbp: ['EC2.12'], nist: ['CM-8'] },
  equivalents: { checkov: ['CKV2_AWS_19'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        { name: 'attached to nothing', source: declared('aws_eip', ['domain = "vpc"']), at: 'resource "aws_eip" "app"' },
        { name: 'an empty text', source: declared('aws_eip', ['domain   = "vpc"', 'instance = ""']), at: 'resource "aws_eip" "app"' },
      ],
      good: [
        { name: 'of an instance', source: declared('aws_eip', ['instance = "i-0123456789abcdef0"']) },
        {
          name: 'of a NAT gateway',
          source: declared(
            'aws_eip',
            ['domain = "vpc"'],
            'resource "aws_nat_gateway" "main" {\n  allocation_id = aws_eip.app.id\n  subnet_id     = "subnet-0123456789abcdef0"\n}\n',
          ),
        },
        {
          name: 'of a load balancer',
          source: declared(
            'aws_eip',
            ['domain = "vpc"'],
            `resource "aws_lb" "main" {
  load_balancer_type = "network"

  subnet_mapping {
    subnet_id     = "subnet-0123456789abcdef0"
    allocation_id = aws_eip.app.id
  }
}
`,
          ),
        },
      ],
      undecided: [
        { name: 'a variable without a value decides', source: declared('aws_eip', ['instance = var.unset']), at: 'var.unset' },
        {
          name: 'an association of an address that is not known',
          source: declared(
            'aws_eip',
            ['domain = "vpc"'],
            'resource "aws_eip_association" "web" {\n  allocation_id = var.unset\n  instance_id   = "i-0123456789abcdef0"\n}\n',
          ),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'attached to nothing', source: stack('AWS::EC2::EIP', ['Domain: vpc']), at: 'App' },
        { name: 'an empty text', source: stack('AWS::EC2::EIP', ['InstanceId: ""']), at: 'App' },
      ],
      good: [
        { name: 'of an instance', source: stack('AWS::EC2::EIP', ['InstanceId: i-0123456789abcdef0']) },
        {
          name: 'of an interface',
          source: stack(
            'AWS::EC2::EIP',
            ['Domain: vpc'],
            another('Association', 'AWS::EC2::EIPAssociation', [
              'AllocationId: !GetAtt App.AllocationId',
              'NetworkInterfaceId: eni-0123456789abcdef0',
            ]),
          ),
        },
      ],
      undecided: [
        { name: 'a parameter without a default decides', source: stack('AWS::EC2::EIP', ['InstanceId: !Ref Unset']), at: '!Ref Unset' },
      ],
    },
  },
});
