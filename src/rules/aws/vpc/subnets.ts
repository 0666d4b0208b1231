import { companionRule } from '../network/companion.ts';
import { stackWith, vpcWith } from '../network/vpc-samples.ts';

export const rule = companionRule({
  id: 'aws-vpc-subnets',
  title: 'VPC must have a subnet',
  // A house rule; LOW is what another checker gives.
  severity: 'LOW',
  terraform: { aws_vpc: [{ type: 'aws_subnet', attribute: 'vpc_id' }] },
  cloudformation: { 'AWS::EC2::VPC': [{ type: 'AWS::EC2::Subnet', attribute: 'VpcId' }] },
  missing: 'no subnet is declared for the VPC',
  must: 'one must be, or the VPC must go',
  topics: ['vpc-no-subnet'],
  why: 'Nothing can run in a VPC without a subnet; what nobody uses nobody looks after.',
  remedy: [
    'Declare its subnets next to it, with `vpc_id = aws_vpc.main.id` (CloudFormation: `VpcId: !Ref Vpc`) and a `cidr_block` of your choice, or remove it.',
    'Where its subnets are declared elsewhere, record an exception.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html'],
  controls: { nist: ['CM-8'] },
  equivalents: {},
  examples: {
    terraform: {
      bad: [
        {
          name: 'none is declared',
          source: 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n',
          at: 'resource "aws_vpc" "main"',
        },
        {
          name: 'one of another VPC',
          source: vpcWith('aws_subnet', ['vpc_id = "vpc-0a1b2c3d4e5f67890"']),
          at: 'resource "aws_vpc" "main"',
        },
      ],
      good: [{ name: 'one is declared', source: vpcWith('aws_subnet', ['vpc_id     = aws_vpc.main.id', 'cidr_block = "10.0.1.0/24"']) }],
      undecided: [{ name: 'one of a VPC that is not known', source: vpcWith('aws_subnet', ['vpc_id = var.unset']), at: 'var.unset' }],
    },
    cloudformation: {
      bad: [{ name: 'one of another VPC', source: stackWith('AWS::EC2::Subnet', ['VpcId: vpc-0a1b2c3d4e5f67890']), at: 'Main' }],
      good: [{ name: 'one is declared', source: stackWith('AWS::EC2::Subnet', ['VpcId: !Ref Main', 'CidrBlock: 10.0.1.0/24']) }],
      undecided: [
        { name: 'one of a VPC that is not known', source: stackWith('AWS::EC2::Subnet', ['VpcId: !Ref Unset']), at: '!Ref Unset' },
      ],
    },
  },
});
