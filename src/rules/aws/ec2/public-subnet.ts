import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { textOf } from '../../../domain/wording.ts';
import { another, declared, stack } from '../samples.ts';
import { assignsAddresses, gatewayOf, placesOf } from './place.ts';

const MUST = 'it must be in a private subnet, or refuse a public address';

/** Exposed is what a gateway leads to, unless it has no public address: it refuses one, or its subnet gives none. */
function* judge(instance: Instance): Iterable<Violation> {
  for (const { flag, subnet, value } of placesOf(instance)) {
    const gateway = subnet === undefined ? undefined : gatewayOf(subnet);
    if (subnet === undefined || gateway === undefined || textOf(flag)?.toLowerCase() === 'false') continue;
    const words = `${subnet.address} is open to the internet through ${gateway.address}`;
    if (flag.state === 'unknown')
      yield {
        outcome: 'undecided',
        message: `${words}, and whether the instance gets a public address is not known: ${flag.reason}; ${MUST}.`,
        span: flag.span,
      };
    else
      yield {
        outcome: 'fail',
        message: `${words}; ${MUST}.`,
        span: value.span,
        ...(flag.state === 'known' || assignsAddresses(subnet) ? {} : { severity: 'LOW' }),
      };
  }
}

function network(destination = '"0.0.0.0/0"'): string {
  return `resource "aws_subnet" "web" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}

resource "aws_internet_gateway" "main" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}

resource "aws_route_table" "web" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  route {
    cidr_block = ${destination}
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "web" {
  subnet_id      = aws_subnet.web.id
  route_table_id = aws_route_table.web.id
}
`;
}

function networkInStack(destination = '0.0.0.0/0'): readonly string[] {
  return [
    another('Subnet', 'AWS::EC2::Subnet', ['VpcId: vpc-0a1b2c3d4e5f67890', 'MapPublicIpOnLaunch: true']),
    another('Gateway', 'AWS::EC2::InternetGateway', []),
    another('Table', 'AWS::EC2::RouteTable', ['VpcId: vpc-0a1b2c3d4e5f67890']),
    another('Route', 'AWS::EC2::Route', ['RouteTableId: !Ref Table', `DestinationCidrBlock: ${destination}`, 'GatewayId: !Ref Gateway']),
    another('Association', 'AWS::EC2::SubnetRouteTableAssociation', ['SubnetId: !Ref Subnet', 'RouteTableId: !Ref Table']),
  ];
}

export const rule = defineRule({
  id: 'aws-ec2-public-subnet',
  title: 'Instance must not be exposed through a public subnet',
  // No control of AWS Foundational Security Best Practices; MEDIUM is what another checker gives it. LOW where nothing
  // gives the instance a public address yet.
  severity: 'MEDIUM',
  targets: { terraform: ['aws_instance'], cloudformation: ['AWS::EC2::Instance'] },
  topics: ['ec2-public-subnet-exposure'],
  why: 'In a public subnet nothing but a security group stands between the instance and the internet: one rule too many, and it is open.',
  remedy: [
    'Choose a private subnet for the instance, and serve through a load balancer in the public one.',
    'Where it has to stay, refuse a public address (`associate_public_ip_address = false`; CloudFormation: in its network interface).',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html'],
  controls: { nist: ['AC-4', 'SC-7'] },
  equivalents: {},
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'a route leads the world to an internet gateway',
          source: declared('aws_instance', ['subnet_id = aws_subnet.web.id'], network()),
          at: 'aws_subnet.web.id',
        },
        {
          name: 'and the instance asks for an address',
          source: declared(
            'aws_instance',
            ['subnet_id                   = aws_subnet.web.id', 'associate_public_ip_address = true'],
            network(),
          ),
          at: 'aws_subnet.web.id',
        },
      ],
      good: [
        {
          name: 'the instance refuses an address',
          source: declared(
            'aws_instance',
            ['subnet_id                   = aws_subnet.web.id', 'associate_public_ip_address = false'],
            network(),
          ),
        },
        {
          name: 'the route is to one network',
          source: declared('aws_instance', ['subnet_id = aws_subnet.web.id'], network('"198.51.100.0/24"')),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides on the address',
          source: declared(
            'aws_instance',
            ['subnet_id                   = aws_subnet.web.id', 'associate_public_ip_address = var.unset'],
            network(),
          ),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'a route leads the world to an internet gateway',
          source: stack('AWS::EC2::Instance', ['SubnetId: !Ref Subnet'], ...networkInStack()),
          at: '!Ref Subnet',
        },
        {
          name: 'the subnet of an interface',
          source: stack(
            'AWS::EC2::Instance',
            ['NetworkInterfaces:', '  - DeviceIndex: "0"', '    SubnetId: !Ref Subnet'],
            ...networkInStack('::/0'),
          ),
          at: '!Ref Subnet',
        },
      ],
      good: [
        {
          name: 'its interface refuses an address',
          source: stack(
            'AWS::EC2::Instance',
            ['NetworkInterfaces:', '  - DeviceIndex: "0"', '    SubnetId: !Ref Subnet', '    AssociatePublicIpAddress: false'],
            ...networkInStack(),
          ),
        },
        {
          name: 'the route is to one network',
          source: stack('AWS::EC2::Instance', ['SubnetId: !Ref Subnet'], ...networkInStack('198.51.100.0/24')),
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides on the address',
          source: stack(
            'AWS::EC2::Instance',
            ['NetworkInterfaces:', '  - DeviceIndex: "0"', '    SubnetId: !Ref Subnet', '    AssociatePublicIpAddress: !Ref Unset'],
            ...networkInStack(),
          ),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
