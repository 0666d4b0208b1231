import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { asString, at } from '../../../domain/value.ts';
import { elements } from '../../attribute.ts';
import { isEntry } from '../network/security-group.ts';

/** Attribute of the resource itself, and of the entries in its lists. */
interface Place {
  readonly own?: string;
  readonly lists?: readonly string[];
  readonly entry?: string;
}

const BLOCKS = { lists: ['ingress', 'egress'], entry: 'description' };

const PLACES: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['aws_security_group', { own: 'description', ...BLOCKS }],
  ['aws_default_security_group', BLOCKS],
  ['aws_security_group_rule', { own: 'description' }],
  ['aws_vpc_security_group_ingress_rule', { own: 'description' }],
  ['aws_vpc_security_group_egress_rule', { own: 'description' }],
  // The groups of single services, from before all of AWS ran in VPCs.
  ['aws_db_security_group', { own: 'description' }],
  ['aws_elasticache_security_group', { own: 'description' }],
  ['aws_redshift_security_group', { own: 'description' }],
  ['AWS::EC2::SecurityGroup', { own: 'GroupDescription', lists: ['SecurityGroupIngress', 'SecurityGroupEgress'], entry: 'Description' }],
  ['AWS::EC2::SecurityGroupIngress', { own: 'Description' }],
  ['AWS::EC2::SecurityGroupEgress', { own: 'Description' }],
  ['AWS::RDS::DBSecurityGroup', { own: 'GroupDescription' }],
  ['AWS::ElastiCache::SecurityGroup', { own: 'Description' }],
  ['AWS::Redshift::ClusterSecurityGroup', { own: 'Description' }],
]);

/** What Terraform writes for a description that is not set. */
const PLACEHOLDER = 'Managed by Terraform';
const MUST = 'it must say what the access is for';

function* judge({ attributes, resource }: Instance): Iterable<Violation> {
  const { own, lists = [], entry = '' } = PLACES.get(resource.type) ?? {};
  if (own !== undefined) yield* judgeText(at(attributes, own), own);
  for (const list of lists) {
    for (const { value } of elements(attributes, [list]).filter(isEntry)) yield* judgeText(at(value, entry), `${list}.${entry}`);
  }
}

function* judgeText(value: Value, name: string): Iterable<Violation> {
  const { span } = value;
  if (value.state === 'unknown') {
    if (value.prefix === undefined && value.suffix === undefined)
      yield { outcome: 'undecided', message: `${name} is not known: ${value.reason}; ${MUST}.`, span };
    return;
  }
  const text = asString(value)?.trim();
  if (value.state === 'absent') yield { outcome: 'fail', message: `${name} is not set; ${MUST}.`, span };
  else if (text === undefined) yield { outcome: 'fail', message: `${name} is no text; ${MUST}.`, span };
  else if (text === '' || text === PLACEHOLDER) {
    const seen = text === '' ? 'empty' : `"${PLACEHOLDER}", which is what Terraform writes when nothing is said`;
    yield { outcome: 'fail', message: `${name} is ${seen}; ${MUST}.`, span };
  }
}

function types(framework: 'terraform' | 'cloudformation'): readonly string[] {
  return [...PLACES.keys()].filter((type) => type.startsWith('AWS::') === (framework === 'cloudformation'));
}

export const rule = defineRule({
  id: 'aws-security-group-description',
  title: 'Security group and its entries must have descriptions',
  // A house rule: no control of AWS Foundational Security Best Practices, and INFO is what most others give.
  severity: 'INFO',
  targets: { terraform: types('terraform'), cloudformation: types('cloudformation') },
  topics: ['sg-description'],
  why: 'Without a word on who needs an access, nobody dares to take it away.',
  remedy: [
    'Say in `description` (CloudFormation: `GroupDescription`, `Description`) who needs the access and what for.',
    'AWS replaces a group whose own description changes; those of its entries change in place.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html'],
  controls: { nist: ['CM-8'] },
  equivalents: {
    checkov: ['CKV_AWS_23'],
    trivy: ['AWS-0099', 'AWS-0124', 'AWS-0049', 'AWS-0083'],
    cfn_nag: ['W36'],
  },
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'group says nothing',
          source: 'resource "aws_security_group" "app" {\n  name = "app"\n}\n',
          at: 'resource "aws_security_group" "app"',
        },
        {
          name: 'group says what Terraform says',
          source: 'resource "aws_security_group" "app" {\n  description = "Managed by Terraform"\n}\n',
          at: '"Managed by Terraform"',
        },
        {
          name: 'entry of the group says nothing',
          source: `resource "aws_security_group" "app" {
  description = "Servers of the shop"

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}
`,
          at: 'ingress',
        },
        {
          name: 'entry of the default group says nothing',
          source: `resource "aws_default_security_group" "default" {
  egress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
    self      = true
  }
}
`,
          at: 'egress',
        },
        {
          name: 'separate rule has an empty text',
          source: `resource "aws_security_group_rule" "app" {
  type              = "ingress"
  description       = " "
  from_port         = 443
  to_port           = 443
  protocol          = "tcp"
  self              = true
  security_group_id = "sg-0123456789abcdef0"
}
`,
          at: '" "',
        },
        {
          name: 'separate rule has a list where a text is due',
          source: `resource "aws_vpc_security_group_ingress_rule" "app" {
  description                  = ["shop"]
  security_group_id            = "sg-0123456789abcdef0"
  referenced_security_group_id = "sg-0fedcba9876543210"
  ip_protocol                  = "-1"
}
`,
          at: '["shop"]',
        },
        ...[
          'aws_vpc_security_group_egress_rule',
          'aws_db_security_group',
          'aws_elasticache_security_group',
          'aws_redshift_security_group',
        ].map((type) => ({ name: type, source: `resource "${type}" "app" {\n  description = null\n}\n`, at: 'null' })),
      ],
      good: [
        {
          name: 'group and entry say what they are for',
          source: `variable "stage" {
  type = string
}

resource "aws_security_group" "app" {
  description = "Servers of the shop, \${var.stage}"

  ingress {
    description = "Load balancer"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'a variable without a value',
          source: `variable "purpose" {
  type = string
}

resource "aws_security_group" "app" {
  description = var.purpose
}
`,
          at: 'var.purpose',
        },
      ],
    },
    cloudformation: {
      bad: [
        ...['Ingress', 'Egress'].map((direction) => ({
          name: `an empty one in SecurityGroup${direction}`,
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application servers
      SecurityGroup${direction}:
        - IpProtocol: tcp
          FromPort: 443
          ToPort: 443
          CidrIp: 10.0.0.0/16
          Description: ''
`,
          at: "''",
        })),

        {
          name: 'group says nothing',
          source: 'Resources:\n  App:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupName: app\n',
          at: 'App',
        },
        {
          name: 'entry of the group says nothing',
          source: `{
  "Resources": {
    "App": {
      "Type": "AWS::EC2::SecurityGroup",
      "Properties": {
        "GroupDescription": "Servers of the shop",
        "SecurityGroupEgress": [{ "IpProtocol": "-1", "CidrIp": "127.0.0.1/32" }]
      }
    }
  }
}
`,
          at: '{ "IpProtocol": "-1", "CidrIp": "127.0.0.1/32" }',
        },
        {
          name: 'separate entry says nothing',
          source: `Resources:
  In:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: sg-0123456789abcdef0
      IpProtocol: tcp
      FromPort: 443
      ToPort: 443
      CidrIp: 10.0.0.0/16
`,
          at: 'In',
        },
        {
          name: 'separate entry has a list where a text is due',
          source: `Resources:
  Out:
    Type: AWS::EC2::SecurityGroupEgress
    Properties:
      GroupId: sg-0123456789abcdef0
      Description: [shop]
      IpProtocol: "-1"
      CidrIp: 10.0.0.0/16
`,
          at: 'Description',
        },
        ...(
          [
            ['AWS::RDS::DBSecurityGroup', 'GroupDescription'],
            ['AWS::ElastiCache::SecurityGroup', 'Description'],
            ['AWS::Redshift::ClusterSecurityGroup', 'Description'],
          ] as const
        ).map(([type, name]) => ({
          name: type,
          source: `Resources:\n  App:\n    Type: ${type}\n    Properties:\n      ${name}: ""\n`,
          at: '""',
        })),
      ],
      good: [
        {
          name: 'group and entry say what they are for',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: !Sub Servers of the shop in \${AWS::Region}
      SecurityGroupIngress:
        - Description: Load balancer
          IpProtocol: tcp
          FromPort: 443
          ToPort: 443
          CidrIp: 10.0.0.0/16
`,
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default',
          source: `Parameters:
  Purpose:
    Type: String
Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: !Ref Purpose
`,
          at: '!Ref Purpose',
        },
      ],
    },
  },
});
