import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Route } from '../network/routes.ts';
import { ROUTE_TARGETS, routesOf, targetOf } from '../network/routes.ts';
import { doubtsIn, isOfWorld } from '../network/source.ts';
import type { Doubt } from '../network/traffic.ts';
import { doubt } from '../network/traffic.ts';

const MUST = 'only the network of the peer may be routed there';

function* judge(instance: Instance, route: Route): Iterable<Violation> {
  const { name, value } = targetOf(route, instance, 'vpc_peering_connection_id', 'VpcPeeringConnectionId');
  if (value.state === 'absent') return;
  const world = route.destinations.filter(isOfWorld);
  const isOpen = value.state === 'unknown' && value.reference === undefined;
  const [unknown]: readonly Doubt[] = world.length === 0 ? doubtsIn(route.destinations) : isOpen ? [doubt(value, name)] : [];
  if (unknown !== undefined) {
    yield {
      outcome: 'undecided',
      message: `Whether everything is routed to a peer is not known: ${unknown.why}; ${MUST}.`,
      span: unknown.span,
    };
    return;
  }
  for (const { text, span } of world)
    yield { outcome: 'fail', message: `The route to ${text} leads to a peering connection; ${MUST}.`, span };
}

function route(destination: string, target: string): string {
  return `variable "unset" {
  type = string
}

resource "aws_vpc_peering_connection" "partner" {
  vpc_id      = "vpc-0a1b2c3d4e5f67890"
  peer_vpc_id = "vpc-0fedcba9876543210"
}

resource "aws_route" "partner" {
  route_table_id            = "rtb-0a1b2c3d4e5f67890"
  destination_cidr_block    = ${destination}
  vpc_peering_connection_id = ${target}
}
`;
}

function template(destination: string, target: string): string {
  return `Parameters:
  Unset:
    Type: String
Resources:
  Partner:
    Type: AWS::EC2::Route
    Properties:
      RouteTableId: rtb-0a1b2c3d4e5f67890
      ${destination}
      VpcPeeringConnectionId: ${target}
`;
}

export const rule = defineRule({
  id: 'aws-vpc-peering-route',
  title: 'Peering connection must not be the way to every address',
  // No control of AWS Foundational Security Best Practices; HIGH is what another checker gives.
  severity: 'HIGH',
  targets: ROUTE_TARGETS,
  topics: ['vpc-peering-route-open'],
  why: 'Whatever has no route of its own, answers to strangers included, goes to the other VPC, whose owner can read it.',
  remedy: [
    'Route only the range of the other VPC, or of the subnets that are needed, for example `destination_cidr_block = "10.8.0.0/16"` (CloudFormation: `DestinationCidrBlock`).',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html'],
  controls: { cis: ['5.5'], nist: ['AC-4', 'SC-7'] },
  equivalents: { checkov: ['CKV2_AWS_44'] },
  *check(instance) {
    for (const each of routesOf(instance)) yield* judge(instance, each);
  },
  examples: {
    terraform: {
      bad: [
        { name: 'every address', source: route('"0.0.0.0/0"', 'aws_vpc_peering_connection.partner.id'), at: '"0.0.0.0/0"' },
        ...['aws_route_table', 'aws_default_route_table'].map((type) => ({
          name: `in ${type}`,
          source: `resource "${type}" "main" {
  route = [{
    cidr_block                = null
    ipv6_cidr_block           = "::/0"
    vpc_peering_connection_id = "pcx-0a1b2c3d4e5f67890"
  }]
}
`,
          at: '"::/0"',
        })),
      ],
      good: [{ name: 'network of the peer', source: route('"10.8.0.0/16"', 'aws_vpc_peering_connection.partner.id') }],
      undecided: [
        { name: 'every address, as Terraform refuses it', source: route('"10.0.0.0/0"', '"pcx-0a1b2c3d4e5f67890"'), at: '"10.0.0.0/0"' },
        { name: 'destination is not known', source: route('var.unset', 'aws_vpc_peering_connection.partner.id'), at: 'var.unset' },
        { name: 'connection is not known and may be null', source: route('"0.0.0.0/0"', 'var.unset'), at: 'var.unset' },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'every address', source: template('DestinationCidrBlock: 0.0.0.0/0', 'pcx-0a1b2c3d4e5f67890'), at: '0.0.0.0/0' },
        {
          name: 'every address, not as one writes it',
          source: template('DestinationCidrBlock: 10.0.0.0/0', 'pcx-0a1b2c3d4e5f67890'),
          at: '10.0.0.0/0',
        },
      ],
      good: [{ name: 'network of the peer', source: template('DestinationCidrBlock: 10.8.0.0/16', 'pcx-0a1b2c3d4e5f67890') }],
      undecided: [
        {
          name: 'destination is not known',
          source: template('DestinationCidrBlock: !Ref Unset', 'pcx-0a1b2c3d4e5f67890'),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
