import { attributeRule } from '../../attribute.ts';

export const rule = attributeRule({
  id: 'aws-vpc-endpoint-acceptance',
  title: 'Endpoint service must accept each connection by hand',
  // No control of AWS Foundational Security Best Practices, and no other checker gives a severity. MEDIUM: who may ask is still limited by the allowed principals.
  severity: 'MEDIUM',
  terraform: { aws_vpc_endpoint_service: { path: ['acceptance_required'], oneOf: [true] } },
  cloudformation: { 'AWS::EC2::VPCEndpointService': { path: ['AcceptanceRequired'], oneOf: [true], default: true } },
  topics: ['vpc-endpoint-manual-acceptance'],
  why: 'Whoever is allowed to find the service is connected to what is behind it at once, without anyone having looked at who that is.',
  remedy: [
    'Set `acceptance_required = true` (CloudFormation: `AcceptanceRequired: true`).',
    'Accept each connection once you know whose it is; those in place stay.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html'],
  controls: { nist: ['AC-4', 'SC-7'] },
  equivalents: { checkov: ['CKV_AWS_123'] },
  // Connections that others ask for from then on wait for somebody to accept them.
  safety: 'needs-review',
  examples: {
    terraform: {
      bad: [
        {
          name: 'it accepts by itself',
          source: `resource "aws_vpc_endpoint_service" "this" {
  acceptance_required = false
}
`,
          at: 'false',
          fixed: `resource "aws_vpc_endpoint_service" "this" {
  acceptance_required = true
}
`,
        },
        {
          name: 'neither true nor false',
          source: `resource "aws_vpc_endpoint_service" "this" {
  acceptance_required = "yes"
}
`,
          at: '"yes"',
          fixed: `resource "aws_vpc_endpoint_service" "this" {
  acceptance_required = true
}
`,
        },
        {
          name: 'nothing is said',
          source: `resource "aws_vpc_endpoint_service" "this" {
  acceptance_required = null
}
`,
          at: 'null',
          fixed: `resource "aws_vpc_endpoint_service" "this" {
  acceptance_required = true
}
`,
        },
      ],
      good: [
        {
          name: 'as it must be',
          source: `resource "aws_vpc_endpoint_service" "this" {
  acceptance_required = true
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

resource "aws_vpc_endpoint_service" "this" {
  acceptance_required = var.unset
}
`,
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'it accepts by itself',
          source: `Resources:
  This:
    Type: AWS::EC2::VPCEndpointService
    Properties:
      NetworkLoadBalancerArns: []
      AcceptanceRequired: false
`,
          at: 'false',
          fixed: `Resources:
  This:
    Type: AWS::EC2::VPCEndpointService
    Properties:
      NetworkLoadBalancerArns: []
      AcceptanceRequired: true
`,
        },
        {
          name: 'neither true nor false',
          source: `Resources:
  This:
    Type: AWS::EC2::VPCEndpointService
    Properties:
      NetworkLoadBalancerArns: []
      AcceptanceRequired: maybe
`,
          at: 'maybe',
          fixed: `Resources:
  This:
    Type: AWS::EC2::VPCEndpointService
    Properties:
      NetworkLoadBalancerArns: []
      AcceptanceRequired: true
`,
        },
      ],
      good: [
        {
          name: 'as it must be',
          source: `Resources:
  This:
    Type: AWS::EC2::VPCEndpointService
    Properties:
      NetworkLoadBalancerArns: []
      AcceptanceRequired: true
`,
        },
        {
          name: 'nothing is said, which means the same',
          source: `Resources:
  This:
    Type: AWS::EC2::VPCEndpointService
    Properties:
      NetworkLoadBalancerArns: []
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
    Type: AWS::EC2::VPCEndpointService
    Properties:
      NetworkLoadBalancerArns: []
      AcceptanceRequired: !Ref Unset
`,
          at: '!Ref Unset',
        },
      ],
    },
  },
});
