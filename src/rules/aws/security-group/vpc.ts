import type { Framework } from '../../../domain/resource.ts';
import type { Unknown } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { defineRule } from '../../../domain/rule.ts';

const MUST = 'it must name a VPC';

/**
 * Which VPC it is does not matter, but whether there is one: a variable of Terraform may be null. A parameter of CloudFormation
 * always has a value, and only a condition can take a property away.
 */
function mayBeNothing({ reason, reference }: Unknown, framework: Framework): boolean {
  if (framework === 'cloudformation') return reason.startsWith('condition ');
  return reference === undefined;
}

export const rule = defineRule({
  id: 'aws-security-group-vpc',
  title: 'Security group must name its VPC',
  // No control of AWS Foundational Security Best Practices; LOW is what another checker gives.
  severity: 'LOW',
  targets: { terraform: ['aws_security_group'], cloudformation: ['AWS::EC2::SecurityGroup'] },
  topics: ['sg-no-vpc'],
  why: 'A group without a VPC is made in the default VPC, or fails in a region that has none; what is meant to use it in another VPC cannot.',
  remedy: ['Set `vpc_id = aws_vpc.main.id` (CloudFormation: `VpcId: !Ref Vpc`) with your own VPC; AWS replaces a group whose VPC changes.'],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html'],
  controls: { nist: ['SC-7'] },
  equivalents: {},
  *check({ attributes, resource }) {
    const name = resource.framework === 'terraform' ? 'vpc_id' : 'VpcId';
    const value = at(attributes, name);
    if (value.state === 'unknown') {
      if (mayBeNothing(value, resource.framework))
        yield { outcome: 'undecided', message: `Whether ${name} names a VPC is not known: ${value.reason}; ${MUST}.`, span: value.span };
    } else if (value.state === 'absent' || value.data === '') {
      const seen = value.state === 'absent' ? 'not set' : 'empty';
      yield { outcome: 'fail', message: `${name} is ${seen}, so the group is made in the default VPC; ${MUST}.`, span: value.span };
    }
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'nothing is said',
          source: 'resource "aws_security_group" "app" {\n  name = "app"\n}\n',
          at: 'resource "aws_security_group" "app"',
        },
        { name: 'an empty text', source: 'resource "aws_security_group" "app" {\n  name   = "app"\n  vpc_id = ""\n}\n', at: '""' },
      ],
      good: [
        {
          name: 'a VPC that is declared here',
          source: `resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "app" {
  name   = "app"
  vpc_id = aws_vpc.main.id
}
`,
        },
        { name: 'a VPC by its id', source: 'resource "aws_security_group" "app" {\n  vpc_id = "vpc-0a1b2c3d4e5f67890"\n}\n' },
      ],
      undecided: [
        {
          name: 'a variable that may be null',
          source: `variable "vpc_id" {
  type = string
}

resource "aws_security_group" "app" {
  name   = "app"
  vpc_id = var.vpc_id
}
`,
          at: 'var.vpc_id',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'nothing is said',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
`,
          at: 'App',
        },
        {
          name: 'no value',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      VpcId: !Ref AWS::NoValue
`,
          at: '!Ref AWS::NoValue',
        },
      ],
      good: [
        {
          name: 'a VPC that is chosen with the stack',
          source: `Parameters:
  Vpc:
    Type: AWS::EC2::VPC::Id
Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      VpcId: !Ref Vpc
`,
        },
        {
          name: 'a VPC that is declared here',
          source: `Resources:
  Main:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      VpcId: !Ref Main
`,
        },
      ],
      undecided: [
        {
          name: 'a condition that is not known decides',
          source: `Parameters:
  Stage:
    Type: String
Conditions:
  IsLive: !Equals [!Ref Stage, live]
Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      VpcId: !If [IsLive, vpc-0a1b2c3d4e5f67890, !Ref AWS::NoValue]
`,
          at: '!If [IsLive, vpc-0a1b2c3d4e5f67890, !Ref AWS::NoValue]',
        },
      ],
    },
  },
});
