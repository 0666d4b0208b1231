import { companionRule } from '../network/companion.ts';
import { stackWith, vpcWith } from '../network/vpc-samples.ts';

export const rule = companionRule({
  id: 'aws-vpc-network-firewall',
  title: 'VPC must have a network firewall',
  // A house rule: no control of AWS Foundational Security Best Practices asks for one. Another checker gives MEDIUM, but a firewall costs
  // more than many a VPC, and a central one behind a transit gateway is as good: LOW.
  severity: 'LOW',
  terraform: { aws_vpc: [{ type: 'aws_networkfirewall_firewall', attribute: 'vpc_id' }] },
  cloudformation: { 'AWS::EC2::VPC': [{ type: 'AWS::NetworkFirewall::Firewall', attribute: 'VpcId' }] },
  missing: 'no network firewall is declared for the VPC',
  must: 'what enters and leaves must be inspected',
  topics: ['vpc-network-firewall'],
  why: 'Security groups go by address and port; a firewall sees domain names and attacks within what they allow.',
  remedy: [
    'Decide between a firewall in the VPC and a central one that traffic reaches through a transit gateway; for the latter record an exception.',
    'Terraform: add `resource "aws_networkfirewall_firewall" "main"` with `vpc_id = aws_vpc.main.id`, your policy in `firewall_policy_arn` and a `subnet_mapping` for each zone.',
    'CloudFormation: add an `AWS::NetworkFirewall::Firewall` with `VpcId: !Ref Vpc`, your `FirewallPolicyArn` and `SubnetMappings`.',
  ],
  references: ['https://docs.aws.amazon.com/network-firewall/latest/developerguide/what-is-aws-network-firewall.html'],
  controls: { nist: ['SC-7'] },
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
          source: vpcWith('aws_networkfirewall_firewall', ['vpc_id = "vpc-0a1b2c3d4e5f67890"']),
          at: 'resource "aws_vpc" "main"',
        },
      ],
      good: [{ name: 'one is declared', source: vpcWith('aws_networkfirewall_firewall', ['vpc_id = aws_vpc.main.id']) }],
      undecided: [
        {
          name: 'one of a VPC that is not known',
          source: vpcWith('aws_networkfirewall_firewall', ['vpc_id = var.unset']),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'one of another VPC', source: stackWith('AWS::NetworkFirewall::Firewall', ['VpcId: vpc-0a1b2c3d4e5f67890']), at: 'Main' },
      ],
      good: [{ name: 'one is declared', source: stackWith('AWS::NetworkFirewall::Firewall', ['VpcId: !Ref Main']) }],
      undecided: [
        {
          name: 'one of a VPC that is not known',
          source: stackWith('AWS::NetworkFirewall::Firewall', ['VpcId: !Ref Unset']),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
