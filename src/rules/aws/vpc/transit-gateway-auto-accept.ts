import { attributeRule } from '../../attribute.ts';

export const rule = attributeRule({
  id: 'aws-vpc-transit-gateway-auto-accept',
  title: 'Transit gateway must not accept attachments by itself',
  // EC2.23 of AWS Foundational Security Best Practices is High.
  severity: 'HIGH',
  terraform: { aws_ec2_transit_gateway: { path: ['auto_accept_shared_attachments'], oneOf: ['disable'], default: 'disable' } },
  cloudformation: { 'AWS::EC2::TransitGateway': { path: ['AutoAcceptSharedAttachments'], oneOf: ['disable'], default: 'disable' } },
  topics: ['tgw-auto-accept'],
  why: 'Any account that the gateway is shared with can join its network, and whatever it routes, without anyone having looked at it.',
  remedy: [
    'Set `auto_accept_shared_attachments = "disable"` (CloudFormation: `AutoAcceptSharedAttachments: disable`).',
    'Accept each attachment by hand; those in place stay.',
  ],
  references: [
    'https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-23',
  ],
  controls: { fsbp: ['EC2.23'], nist: ['AC-4', 'CM-2'] },
  equivalents: { checkov: ['CKV_AWS_331'] },
  // Attachments that others make from then on wait for somebody to accept them.
  safety: 'needs-review',
  examples: {
    terraform: {
      bad: [
        {
          name: 'it accepts them',
          source: `resource "aws_ec2_transit_gateway" "this" {
  auto_accept_shared_attachments = "enable"
}
`,
          at: '"enable"',
          fixed: `resource "aws_ec2_transit_gateway" "this" {
  auto_accept_shared_attachments = "disable"
}
`,
        },
        {
          name: 'no text',
          source: `resource "aws_ec2_transit_gateway" "this" {
  auto_accept_shared_attachments = true
}
`,
          at: 'true',
          fixed: `resource "aws_ec2_transit_gateway" "this" {
  auto_accept_shared_attachments = "disable"
}
`,
        },
      ],
      good: [
        {
          name: 'as it must be',
          source: `resource "aws_ec2_transit_gateway" "this" {
  auto_accept_shared_attachments = "disable"
}
`,
        },
        {
          name: 'nothing is said, which means the same',
          source: `resource "aws_ec2_transit_gateway" "this" {
}
`,
        },
      ],
      undecided: [
        {
          name: 'a variable without a value',
          source: `variable "unset" {
  type = string
}

resource "aws_ec2_transit_gateway" "this" {
  auto_accept_shared_attachments = var.unset
}
`,
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'it accepts them',
          source: `Resources:
  This:
    Type: AWS::EC2::TransitGateway
    Properties:
      Description: Hub
      AutoAcceptSharedAttachments: enable
`,
          at: 'enable',
          fixed: `Resources:
  This:
    Type: AWS::EC2::TransitGateway
    Properties:
      Description: Hub
      AutoAcceptSharedAttachments: disable
`,
        },
        {
          name: 'no text',
          source: `Resources:
  This:
    Type: AWS::EC2::TransitGateway
    Properties:
      Description: Hub
      AutoAcceptSharedAttachments: true
`,
          at: 'true',
          fixed: `Resources:
  This:
    Type: AWS::EC2::TransitGateway
    Properties:
      Description: Hub
      AutoAcceptSharedAttachments: disable
`,
        },
      ],
      good: [
        {
          name: 'as it must be',
          source: `Resources:
  This:
    Type: AWS::EC2::TransitGateway
    Properties:
      Description: Hub
      AutoAcceptSharedAttachments: disable
`,
        },
        {
          name: 'nothing is said, which means the same',
          source: `Resources:
  This:
    Type: AWS::EC2::TransitGateway
    Properties:
      Description: Hub
`,
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default',
          source: `Parameters:
  Unset:
    Type: String
Resources:
  This:
    Type: AWS::EC2::TransitGateway
    Properties:
      Description: Hub
      AutoAcceptSharedAttachments: !Ref Unset
`,
          at: '!Ref Unset',
        },
      ],
    },
  },
});
