import type { Instance } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import { elements } from '../../attribute.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';

const GROUP = 'aws_default_security_group';
const TERRAFORM_RULES = ['aws_security_group_rule', 'aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule'];
const CLOUDFORMATION_RULES = ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'];

/** Attributes of a VPC that name its default security group, and the types that have them. */
const NAMES = new Set(['default_security_group_id', 'DefaultSecurityGroup']);
const VPCS = new Set(['aws_vpc', 'aws_default_vpc', 'AWS::EC2::VPC']);

const MUST = 'the default security group must allow no traffic';

/** A rule that names the default group of a VPC answers for itself. */
function* judgeRule({ attributes, resource }: Instance): Iterable<Judgement> {
  const name = resource.framework === 'terraform' ? 'security_group_id' : 'GroupId';
  const group = at(attributes, name);
  if (group.state !== 'unknown') return;
  const { reason, reference, span } = group;
  if (reference !== undefined) {
    if (NAMES.has(reference.attribute))
      yield {
        violation: { outcome: 'fail', message: `${name} is the default security group of ${reference.address}; ${MUST}.`, span },
        fix: null,
      };
    return;
  }
  const vpc = resource.related.find((link) => link.direction === 'to' && link.attribute === name && VPCS.has(link.resource.type))?.resource;
  if (vpc === undefined) return;
  yield {
    violation: {
      outcome: 'undecided',
      message: `Whether ${name} is the default security group of ${vpc.address} is not known: ${reason}; ${MUST}.`,
      span,
    },
    fix: null,
  };
}

/** A group that is declared answers for its own rules and for those that refer to it. */
function* judgeGroup({ attributes, resource }: Instance): Iterable<Judgement> {
  for (const { path, value } of [...elements(attributes, ['ingress']), ...elements(attributes, ['egress'])]) {
    const name = String(path[0]);
    if (value.state === 'unknown') {
      yield {
        violation: {
          outcome: 'undecided',
          message: `Whether there is any ${name} rule is not known: ${value.reason}; ${MUST}.`,
          span: value.span,
        },
        fix: null,
      };
    } else {
      yield {
        violation: { outcome: 'fail', message: `An ${name} rule is declared; ${MUST}.`, span: value.span },
        fix: { kind: 'remove', resource, path },
      };
    }
  }
  const rules = companions(resource, ...TERRAFORM_RULES).filter(({ attribute }) => attribute === 'security_group_id');
  for (const rule of rules.flatMap((link) => link.resource.instances)) {
    const group = at(rule.attributes, 'security_group_id');
    if (group.state !== 'unknown') continue;
    const { reason, reference, span } = group;
    const { address } = rule.resource;
    if (reference === undefined)
      yield {
        violation: { outcome: 'undecided', message: `Whether ${address} adds a rule is not known: ${reason}; ${MUST}.`, span },
        fix: null,
      };
    else if (reference.address === resource.address)
      yield { violation: { outcome: 'fail', message: `${address} adds a rule; ${MUST}.`, span }, fix: null };
  }
}

export const rule = defineRule({
  id: 'aws-security-group-default',
  title: 'Default security group must allow no traffic',
  // EC2.2 of AWS Foundational Security Best Practices is High.
  severity: 'HIGH',
  targets: { terraform: [GROUP, ...TERRAFORM_RULES], cloudformation: CLOUDFORMATION_RULES },
  topics: ['sg-default-restricts-all'],
  why: 'Whatever is started without naming a security group gets the default one. What that allows, it allows for things nobody decided about.',
  remedy: [
    'Find out what uses the default group, and give it a security group of its own.',
    'Remove the rules: an `aws_default_security_group` without `ingress` and `egress` takes all of them away.',
  ],
  references: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2',
  ],
  controls: { fsbp: ['EC2.2'], cis: ['5.4'], nist: ['AC-4', 'SC-7'] },
  equivalents: { checkov: ['CKV2_AWS_12'], trivy: ['AWS-0173'] },
  // Whatever uses the default group loses its connections.
  ...judging((instance) => (instance.resource.type === GROUP ? judgeGroup(instance) : judgeRule(instance)), 'needs-review'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'what goes out',
          source: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}
`,
          at: 'egress',
          fixed: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}
`,
        },

        {
          name: 'instances of the group may talk to each other',
          source: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
    self      = true
  }
}
`,
          at: 'ingress',
          fixed: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}
`,
        },
        {
          name: 'a separate rule of the group',
          source: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}

resource "aws_vpc_security_group_egress_rule" "out" {
  security_group_id = aws_default_security_group.default.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
`,
          at: 'aws_default_security_group.default.id',
        },
        {
          name: 'a separate rule of the default group of a VPC',
          source: `resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group_rule" "ssh" {
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["10.0.0.0/16"]
  security_group_id = aws_vpc.main.default_security_group_id
}
`,
          at: 'aws_vpc.main.default_security_group_id',
        },
      ],
      good: [
        {
          name: 'rules of another group',
          source: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}

resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_security_group_rule" "app" {
  type                     = "ingress"
  from_port                = 443
  to_port                  = 443
  protocol                 = "tcp"
  security_group_id        = aws_security_group.app.id
  source_security_group_id = aws_default_security_group.default.id
}

resource "aws_security_group_rule" "elsewhere" {
  type              = "ingress"
  from_port         = 443
  to_port           = 443
  protocol          = "tcp"
  security_group_id = "sg-0123456789abcdef0"
  cidr_blocks       = ["10.0.0.0/16"]
}
`,
        },

        {
          name: 'no rules',
          source: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}
`,
        },
        {
          name: 'a separate rule of another group',
          source: `resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_vpc_security_group_ingress_rule" "internal" {
  security_group_id = aws_security_group.app.id
  ip_protocol       = "-1"
  cidr_ipv4         = "10.0.0.0/16"
}
`,
        },
        {
          name: 'empty lists of rules',
          source: `resource "aws_default_security_group" "default" {
  vpc_id  = "vpc-0a1b2c3d4e5f67890"
  ingress = []
  egress  = []
}
`,
        },
      ],
      undecided: [
        {
          name: 'rules come from a variable without a value',
          source: `variable "rules" {
  type = list(any)
}

resource "aws_default_security_group" "default" {
  vpc_id  = "vpc-0a1b2c3d4e5f67890"
  ingress = var.rules
}
`,
          at: 'var.rules',
        },
        {
          name: 'which group a separate rule belongs to is not known',
          source: `variable "shared" {
  type = bool
}

resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}

resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_vpc_security_group_ingress_rule" "internal" {
  security_group_id = var.shared ? aws_default_security_group.default.id : aws_security_group.app.id
  ip_protocol       = "-1"
  cidr_ipv4         = "10.0.0.0/16"
}
`,
          at: 'var.shared ? aws_default_security_group.default.id : aws_security_group.app.id',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'an entry of the default group of a VPC',
          source: `Resources:
  Main:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
  Internal:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !GetAtt Main.DefaultSecurityGroup
      IpProtocol: "-1"
      CidrIp: 10.0.0.0/16
`,
          at: '!GetAtt Main.DefaultSecurityGroup',
        },
      ],
      good: [
        {
          name: 'an entry of another group',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application servers
  Internal:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !GetAtt App.GroupId
      IpProtocol: "-1"
      CidrIp: 10.0.0.0/16
`,
        },
      ],
      undecided: [
        {
          name: 'which group an entry belongs to is not known',
          source: `Parameters:
  Shared:
    Type: String
Conditions:
  UsesDefault: !Equals [!Ref Shared, "yes"]
Resources:
  Main:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application servers
  Out:
    Type: AWS::EC2::SecurityGroupEgress
    Properties:
      GroupId: !If [UsesDefault, !GetAtt Main.DefaultSecurityGroup, !GetAtt App.GroupId]
      IpProtocol: "-1"
      CidrIp: 10.0.0.0/16
`,
          at: '!If [UsesDefault, !GetAtt Main.DefaultSecurityGroup, !GetAtt App.GroupId]',
        },
      ],
    },
  },
});
