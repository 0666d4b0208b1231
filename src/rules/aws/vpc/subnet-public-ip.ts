import { attributeRule } from '../../attribute.ts';

export const rule = attributeRule({
  id: 'aws-vpc-subnet-public-ip',
  title: 'Subnet must not assign public IPv4 addresses by itself',
  // EC2.15 of AWS Foundational Security Best Practices is Medium.
  severity: 'MEDIUM',
  terraform: { aws_subnet: { path: ['map_public_ip_on_launch'], oneOf: [false], default: false } },
  cloudformation: { 'AWS::EC2::Subnet': { path: ['MapPublicIpOnLaunch'], oneOf: [false], default: false } },
  topics: ['subnet-public-ip'],
  why: 'Whatever is started in such a subnet is given a public address without anyone having asked for it.',
  remedy: [
    'Set `map_public_ip_on_launch = false` (CloudFormation: `MapPublicIpOnLaunch: false`).',
    'Give a public address to the few things that need one: a load balancer, a NAT gateway, or an Elastic IP.',
  ],
  references: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-15',
  ],
  controls: { fsbp: ['EC2.15'], nist: ['AC-4', 'SC-7'] },
  equivalents: { checkov: ['CKV_AWS_130'], trivy: ['AWS-0164'] },
  // What is started in the subnet from then on has no public address unless it asks for one.
  safety: 'needs-review',
  examples: {
    terraform: {
      bad: [
        {
          name: 'assigns addresses',
          source: `resource "aws_subnet" "edge" {
  vpc_id                  = "vpc-0a1b2c3d4e5f67890"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}
`,
          at: 'true',
          fixed: `resource "aws_subnet" "edge" {
  vpc_id                  = "vpc-0a1b2c3d4e5f67890"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = false
}
`,
        },
        {
          name: 'a text that is neither true nor false',
          source: `resource "aws_subnet" "edge" {
  vpc_id                  = "vpc-0a1b2c3d4e5f67890"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = "on"
}
`,
          at: '"on"',
          fixed: `resource "aws_subnet" "edge" {
  vpc_id                  = "vpc-0a1b2c3d4e5f67890"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = false
}
`,
        },
      ],
      good: [
        {
          name: 'says nothing, which means no',
          source: `resource "aws_subnet" "app" {
  vpc_id     = "vpc-0a1b2c3d4e5f67890"
  cidr_block = "10.0.2.0/24"
}
`,
        },
        {
          name: 'says no',
          source: `resource "aws_subnet" "app" {
  vpc_id                  = "vpc-0a1b2c3d4e5f67890"
  cidr_block              = "10.0.2.0/24"
  map_public_ip_on_launch = false
}
`,
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: `variable "public" {
  type = bool
}

resource "aws_subnet" "edge" {
  vpc_id                  = "vpc-0a1b2c3d4e5f67890"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = var.public
}
`,
          at: 'var.public',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'assigns addresses',
          source: `Resources:
  Edge:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
      CidrBlock: 10.0.1.0/24
      MapPublicIpOnLaunch: true
`,
          at: 'true',
          fixed: `Resources:
  Edge:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
      CidrBlock: 10.0.1.0/24
      MapPublicIpOnLaunch: false
`,
        },
        {
          name: 'a text that is neither true nor false',
          source: `{
  "Resources": {
    "Edge": {
      "Type": "AWS::EC2::Subnet",
      "Properties": {
        "VpcId": "vpc-0a1b2c3d4e5f67890",
        "CidrBlock": "10.0.1.0/24",
        "MapPublicIpOnLaunch": "on"
      }
    }
  }
}
`,
          at: '"on"',
          fixed: `{
  "Resources": {
    "Edge": {
      "Type": "AWS::EC2::Subnet",
      "Properties": {
        "VpcId": "vpc-0a1b2c3d4e5f67890",
        "CidrBlock": "10.0.1.0/24",
        "MapPublicIpOnLaunch": false
      }
    }
  }
}
`,
        },
      ],
      good: [
        {
          name: 'says nothing, which means no',
          source: `Resources:
  App:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
      CidrBlock: 10.0.2.0/24
`,
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: `Parameters:
  Public:
    Type: String
    AllowedValues: ["true", "false"]
Resources:
  Edge:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
      CidrBlock: 10.0.1.0/24
      MapPublicIpOnLaunch: !Ref Public
`,
          at: '!Ref Public',
        },
      ],
    },
  },
});
