import type { Instance, Resource } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { all, asString, at } from '../../../domain/value.ts';
import { judgeCompanions } from '../network/companion.ts';

const SEPARATE = [{ type: 'aws_vpc_endpoint_route_table_association', attribute: 'vpc_endpoint_id' }];
const MUST = 'a gateway endpoint needs the route table of a subnet';
const WORDS = { missing: 'the endpoint has no route table', must: MUST };
/** What gives a route table to a subnet, or makes it that of every subnet without one. */
const USERS = ['aws_route_table_association', 'aws_main_route_table_association', 'AWS::EC2::SubnetRouteTableAssociation'];

function* judge(instance: Instance): Iterable<Violation> {
  const { attributes, resource } = instance;
  const isTerraform = resource.framework === 'terraform';
  const type = at(attributes, isTerraform ? 'vpc_endpoint_type' : 'VpcEndpointType');
  if (type.state === 'known' && asString(type) !== 'Gateway') return;
  const name = isTerraform ? 'route_table_ids' : 'RouteTableIds';
  const tables = all(attributes, name);
  if (tables.length === 0) {
    for (const violation of judgeCompanions(instance, SEPARATE, WORDS)) yield unlessOther(violation, type);
    return;
  }
  const used = tables.map((table) => isUsed(table, resource));
  const open = tables.find((table, index) => used[index] === undefined && table.state === 'unknown');
  if (used.includes(true)) return;
  if (open?.state === 'unknown') yield { outcome: 'undecided', message: `${name} is not known: ${open.reason}; ${MUST}.`, span: open.span };
  else if (!used.includes(undefined)) {
    const message = `No subnet here has any of the route tables of ${name}; ${MUST}.`;
    yield unlessOther({ outcome: 'fail', message, span: at(attributes, name).span }, type);
  }
}

/** Only a gateway endpoint needs route tables. */
function unlessOther(violation: Violation, type: Value): Violation {
  if (type.state !== 'unknown' || violation.outcome === 'undecided') return violation;
  return { outcome: 'undecided', message: `Whether it is a gateway endpoint is not known: ${type.reason}; ${MUST}.`, span: type.span };
}

/** Whether a subnet has the route table; undefined where that cannot be told, true where it is the main one of its VPC or declared elsewhere. */
function isUsed(table: Value, endpoint: Resource): boolean | undefined {
  if (table.state === 'known') return true;
  if (table.state !== 'unknown' || table.reference === undefined) return undefined;
  const { address } = table.reference;
  const declared = endpoint.related.find(({ direction, resource }) => direction === 'to' && resource.address === address)?.resource;
  if (declared === undefined || !['aws_route_table', 'AWS::EC2::RouteTable'].includes(declared.type)) return true;
  return companions(declared, ...USERS).length > 0;
}

function terraform(endpoint: string, more = ''): string {
  return `variable "unset" {
  type = string
}

resource "aws_route_table" "app" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}

resource "aws_vpc_endpoint" "tables" {
  vpc_id       = "vpc-0a1b2c3d4e5f67890"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  ${endpoint}
}
${more}`;
}

const ASSOCIATION = `
resource "aws_route_table_association" "app" {
  subnet_id      = "subnet-0123456789abcdef0"
  route_table_id = aws_route_table.app.id
}
`;

function template(endpoint: string, more = ''): string {
  return `Parameters:
  Unset:
    Type: String
Resources:
  App:
    Type: AWS::EC2::RouteTable
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
  Tables:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
      ServiceName: com.amazonaws.eu-west-1.dynamodb
      ${endpoint}
${more}`;
}

export const rule = defineRule({
  id: 'aws-vpc-endpoint-routes',
  title: 'Gateway endpoint must be in the route table of a subnet',
  // No control of AWS Foundational Security Best Practices; LOW is what another checker gives.
  severity: 'LOW',
  targets: { terraform: ['aws_vpc_endpoint'], cloudformation: ['AWS::EC2::VPCEndpoint'] },
  topics: ['vpc-endpoint-route-association'],
  why: 'A gateway endpoint works by an entry in route tables; without one the traffic to the service still goes over the internet.',
  remedy: [
    'Name the route tables of the subnets that use the service: `route_table_ids = [aws_route_table.app.id]` (CloudFormation: `RouteTableIds`).',
    'Give each of them to its subnets with an `aws_route_table_association` (CloudFormation: `AWS::EC2::SubnetRouteTableAssociation`).',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html'],
  controls: { nist: ['SC-7'] },
  equivalents: {},
  check: judge,
  examples: {
    terraform: {
      bad: [
        { name: 'no route table', source: terraform('auto_accept = true'), at: 'resource "aws_vpc_endpoint" "tables"' },
        {
          name: 'a route table that no subnet has',
          source: terraform('route_table_ids = [aws_route_table.app.id]'),
          at: '[aws_route_table.app.id]',
        },
      ],
      good: [
        { name: 'the route table of a subnet', source: terraform('route_table_ids = [aws_route_table.app.id]', ASSOCIATION) },
        { name: 'a route table that is declared elsewhere', source: terraform('route_table_ids = ["rtb-0a1b2c3d4e5f67890"]') },
        {
          name: 'by an association of its own',
          source: terraform(
            'vpc_endpoint_type = "Gateway"',
            '\nresource "aws_vpc_endpoint_route_table_association" "app" {\n  vpc_endpoint_id = aws_vpc_endpoint.tables.id\n  route_table_id  = aws_route_table.app.id\n}\n',
          ),
        },
        { name: 'an interface endpoint needs none', source: terraform('vpc_endpoint_type = "Interface"') },
      ],
      undecided: [
        { name: 'route tables are not known', source: terraform('route_table_ids = var.unset'), at: 'var.unset' },
        { name: 'type is not known', source: terraform('vpc_endpoint_type = var.unset'), at: 'var.unset' },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'no route table', source: template('PolicyDocument: {}'), at: 'Tables' },
        { name: 'a route table that no subnet has', source: template('RouteTableIds: [!Ref App]'), at: 'RouteTableIds' },
      ],
      good: [
        {
          name: 'the route table of a subnet',
          source: template(
            'RouteTableIds: [!Ref App]',
            '  AppSubnet:\n    Type: AWS::EC2::SubnetRouteTableAssociation\n    Properties:\n      RouteTableId: !Ref App\n      SubnetId: subnet-0123456789abcdef0\n',
          ),
        },
      ],
      undecided: [{ name: 'type is not known', source: template('VpcEndpointType: !Ref Unset'), at: '!Ref Unset' }],
    },
  },
});
