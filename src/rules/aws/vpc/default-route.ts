import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { asString } from '../../../domain/value.ts';
import type { Route } from '../network/routes.ts';
import { ROUTE_TARGETS, routesOf, targetOf } from '../network/routes.ts';
import { doubtsIn, isOfWorld } from '../network/source.ts';
import type { Answer } from '../network/traffic.ts';
import { doubt, isDoubt } from '../network/traffic.ts';

const MUST = 'the default route must lead to a NAT gateway or a transit gateway';
const GATEWAYS = new Set(['aws_internet_gateway', 'AWS::EC2::InternetGateway']);

function* judge(instance: Instance, route: Route): Iterable<Violation> {
  const { name, value } = targetOf(route, instance, 'gateway_id', 'GatewayId');
  const toInternet = leadsToInternet(value, name, instance);
  if (toInternet === 'no') return;
  const world = route.destinations.filter(isOfWorld);
  const [unknown] = world.length === 0 ? doubtsIn(route.destinations) : [toInternet].filter(isDoubt);
  if (unknown !== undefined) {
    yield {
      outcome: 'undecided',
      message: `Whether this is a default route to the internet is not known: ${unknown.why}; ${MUST}.`,
      span: unknown.span,
    };
    return;
  }
  for (const { text, span } of world)
    yield { outcome: 'fail', message: `The route to ${text} leads to an internet gateway; ${MUST}.`, span };
}

/** A gateway may also be a virtual private one, or `local`. */
function leadsToInternet(value: Value, name: string, { resource }: Instance): Answer {
  if (value.state === 'absent') return 'no';
  if (value.state === 'known') return asString(value)?.startsWith('igw-') === true ? 'yes' : 'no';
  const { reference } = value;
  if (reference === undefined) return doubt(value, name);
  const gateway = resource.related.find(({ direction, resource: other }) => direction === 'to' && other.address === reference.address);
  if (gateway !== undefined) return GATEWAYS.has(gateway.resource.type) ? 'yes' : 'no';
  return reference.address.includes('data.aws_internet_gateway.') ? 'yes' : doubt(value, name);
}

function route(destination: string, target: string): string {
  return `resource "aws_internet_gateway" "main" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}

resource "aws_vpn_gateway" "main" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}

variable "unset" {
  type = string
}

resource "aws_route" "out" {
  route_table_id         = "rtb-0a1b2c3d4e5f67890"
  destination_cidr_block = ${destination}
  ${target}
}
`;
}

function template(destination: string, target: string): string {
  return `Parameters:
  Unset:
    Type: String
Resources:
  Main:
    Type: AWS::EC2::InternetGateway
  Out:
    Type: AWS::EC2::Route
    Properties:
      RouteTableId: rtb-0a1b2c3d4e5f67890
      ${destination}
      ${target}
`;
}

export const rule = defineRule({
  id: 'aws-vpc-default-route',
  title: 'Default route must not lead to an internet gateway',
  // No control of AWS Foundational Security Best Practices; LOW is what other checkers give, as subnets of public load balancers need it.
  severity: 'LOW',
  targets: ROUTE_TARGETS,
  topics: ['vpc-default-route-igw'],
  why: 'Whatever has a public address in a subnet with this route can be reached from the internet, and reaches it without anything in between.',
  remedy: [
    'Lead the default route of subnets with servers to a NAT gateway: `nat_gateway_id = aws_nat_gateway.main.id` (CloudFormation: `NatGatewayId: !Ref Nat`).',
    'Keep the route to the internet gateway for the subnets of public load balancers and NAT gateways, and record an exception.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html'],
  controls: { nist: ['AC-4', 'SC-7'], pci: ['1.4.2'] },
  equivalents: { checkov: ['CKV2_AWS_35'], guard: ['NO_UNRESTRICTED_ROUTE_TO_IGW'] },
  *check(instance) {
    for (const each of routesOf(instance)) yield* judge(instance, each);
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'to the internet gateway',
          source: route('"0.0.0.0/0"', 'gateway_id             = aws_internet_gateway.main.id'),
          at: '"0.0.0.0/0"',
        },
        {
          name: 'to one by its id, all of IPv6',
          source: route('null', 'gateway_id             = "igw-0a1b2c3d4e5f67890"\n  destination_ipv6_cidr_block = "::/0"'),
          at: '"::/0"',
        },
        ...['aws_route_table', 'aws_default_route_table'].map((type) => ({
          name: `in ${type}`,
          source: `data "aws_internet_gateway" "main" {
  internet_gateway_id = "igw-0a1b2c3d4e5f67890"
}

resource "${type}" "main" {
  ${type === 'aws_route_table' ? 'vpc_id = "vpc-0a1b2c3d4e5f67890"' : 'default_route_table_id = "rtb-0a1b2c3d4e5f67890"'}

  route {
    cidr_block = "10.1.0.0/16"
    gateway_id = "local"
  }

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = data.aws_internet_gateway.main.id
  }
}
`,
          at: '"0.0.0.0/0"',
        })),
      ],
      good: [
        { name: 'to a NAT gateway', source: route('"0.0.0.0/0"', 'nat_gateway_id         = "nat-0a1b2c3d4e5f67890"') },
        { name: 'to a virtual private gateway', source: route('"0.0.0.0/0"', 'gateway_id             = aws_vpn_gateway.main.id') },
        {
          name: 'one network to the internet gateway',
          source: route('"198.51.100.0/24"', 'gateway_id             = aws_internet_gateway.main.id'),
        },
      ],
      undecided: [
        { name: 'gateway is not known', source: route('"0.0.0.0/0"', 'gateway_id             = var.unset'), at: 'var.unset' },
        {
          name: 'destination is not known',
          source: route('var.unset', 'gateway_id             = aws_internet_gateway.main.id'),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'to the internet gateway', source: template('DestinationCidrBlock: 0.0.0.0/0', 'GatewayId: !Ref Main'), at: '0.0.0.0/0' },
        { name: 'all of IPv6', source: template('DestinationIpv6CidrBlock: "::/0"', 'GatewayId: igw-0a1b2c3d4e5f67890'), at: '"::/0"' },
      ],
      good: [{ name: 'to a NAT gateway', source: template('DestinationCidrBlock: 0.0.0.0/0', 'NatGatewayId: nat-0a1b2c3d4e5f67890') }],
      undecided: [
        { name: 'gateway is not known', source: template('DestinationCidrBlock: 0.0.0.0/0', 'GatewayId: !Ref Unset'), at: '!Ref Unset' },
      ],
    },
  },
});
