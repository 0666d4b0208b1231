import { openPortsRule } from '../network/world.ts';
import { ALL_PORTS } from '../network/ports.ts';

export const rule = openPortsRule({
  id: 'aws-security-group-all-ports',
  title: 'Security group must not open every port to the world',
  // Every port includes the high-risk ones of EC2.19 of AWS Foundational Security Best Practices, which is Critical.
  severity: 'CRITICAL',
  topics: ['sg-ingress-open-all-ports'],
  why: 'With every port open to the internet, whatever listens on the instance is exposed: databases, administration and debugging interfaces that were never meant to be reached from outside, now or later.',
  remedy: [
    'Replace the entry by one for each port that is served, for example 443 over TCP.',
    'Name the networks that need each of them, for example `cidr_blocks = ["203.0.113.0/24"]` with your own range, or `CidrIp: 203.0.113.0/24`.',
  ],
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19',
    'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
  ],
  controls: { fsbp: ['EC2.18', 'EC2.19'], cis: ['5.2', '5.3'], nist: ['AC-4', 'SC-7'], pci: ['1.3.1'] },
  equivalents: { checkov: ['CKV_AWS_277'] },
  ports: [ALL_PORTS],
  instead: 'only the ports that are served may be, each to those who need it',
  examples: {
    terraform: {
      bad: [
        {
          name: 'every protocol, open to every IPv4 address',
          source: `resource "aws_security_group" "app" {
  name = "app"

  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'every TCP port',
          source: `resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_vpc_security_group_ingress_rule" "everything" {
  security_group_id = aws_security_group.app.id
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 65535
  cidr_ipv6         = "::/0"
}
`,
          at: '"::/0"',
        },
        {
          name: 'protocol as a number, one CIDR where a list is due',
          source: `resource "aws_security_group_rule" "everything" {
  type              = "ingress"
  from_port         = 0
  to_port           = 0
  protocol          = -1
  cidr_blocks       = "0.0.0.0/0"
  security_group_id = "sg-0123456789abcdef0"
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'default security group, every protocol',
          source: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress {
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    ipv6_cidr_blocks = ["::/0"]
  }
}
`,
          at: '"::/0"',
        },
      ],
      good: [
        {
          name: 'one port for the world, every port within the network',
          source: `resource "aws_security_group" "app" {
  name = "app"

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["10.0.0.0/16"]
  }
}
`,
        },
        {
          name: 'every port for the network of a VPC whose range AWS assigns',
          source: `resource "aws_vpc" "main" {
  ipv4_ipam_pool_id   = "ipam-pool-0123456789abcdef0"
  ipv4_netmask_length = 20
}

resource "aws_security_group" "app" {
  name = "app"

  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = [aws_vpc.main.cidr_block]
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'protocol comes from a variable without a value',
          source: `variable "protocol" {
  type = string
}

resource "aws_security_group" "app" {
  name = "app"

  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = var.protocol
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
          at: 'var.protocol',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'every protocol, whatever the ports say',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      SecurityGroupIngress:
        - IpProtocol: -1
          FromPort: 443
          ToPort: 443
          CidrIp: 0.0.0.0/0
`,
          at: '0.0.0.0/0',
        },
        {
          name: 'every TCP port, in a separate entry',
          source: `{
  "Resources": {
    "App": {
      "Type": "AWS::EC2::SecurityGroup",
      "Properties": { "GroupDescription": "Application" }
    },
    "Everything": {
      "Type": "AWS::EC2::SecurityGroupIngress",
      "Properties": {
        "GroupId": { "Fn::GetAtt": ["App", "GroupId"] },
        "IpProtocol": "tcp",
        "FromPort": "0",
        "ToPort": "65535",
        "CidrIp": "0.0.0.0/0"
      }
    }
  }
}
`,
          at: '"0.0.0.0/0"',
        },
      ],
      good: [
        {
          name: 'one port for the world',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 443
          ToPort: 443
          CidrIp: 0.0.0.0/0
`,
        },
      ],
      undecided: [
        {
          name: 'network comes from a parameter without a default',
          source: `Parameters:
  ClientCidr:
    Type: String
Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      SecurityGroupIngress:
        - IpProtocol: "-1"
          CidrIp: !Ref ClientCidr
`,
          at: '!Ref ClientCidr',
        },
      ],
    },
  },
});
