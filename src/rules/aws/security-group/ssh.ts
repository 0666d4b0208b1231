import { openPortsRule } from '../network/world.ts';
import { SSH } from '../network/ports.ts';

export const rule = openPortsRule({
  id: 'aws-security-group-ssh',
  title: 'Security group must not open port 22 (SSH) to the world',
  // AWS Foundational Security Best Practices counts port 22 among the high-risk ports of EC2.19, which is Critical.
  severity: 'CRITICAL',
  topics: ['sg-ingress-open-ssh'],
  why: 'An SSH server that the whole internet can reach is found by scanners within minutes; one weak key, password or unpatched server is then enough to take the instance over.',
  remedy: [
    'Name the networks that administer the instances, for example `cidr_blocks = ["203.0.113.0/24"]` with your own range, or `CidrIp: 203.0.113.0/24`.',
    'Or remove the entry and connect through AWS Systems Manager Session Manager or an EC2 Instance Connect Endpoint, which need no open port.',
  ],
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-13',
    'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
  ],
  controls: { fsbp: ['EC2.19'], cis: ['5.2', '5.3'], nist: ['AC-4', 'SC-7'], pci: ['1.3.1'] },
  equivalents: { checkov: ['CKV_AWS_24'], trivy: ['AWS-0107'] },
  ports: [SSH],
  instead: 'only the networks that administer the instances may reach it',
  examples: {
    terraform: {
      bad: [
        {
          name: 'ingress block open to every IPv4 address',
          source: `resource "aws_security_group" "bastion" {
  name   = "bastion"
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress {
    description = "SSH"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["198.51.100.0/24", "0.0.0.0/0"]
  }
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'ingress as a list of objects, open to every IPv6 address',
          source: `resource "aws_security_group" "bastion" {
  name = "bastion"

  ingress = [
    {
      description      = "SSH"
      from_port        = 20
      to_port          = 25
      protocol         = "6"
      cidr_blocks      = []
      ipv6_cidr_blocks = ["::/0"]
      prefix_list_ids  = []
      security_groups  = []
      self             = false
    }
  ]
}
`,
          at: '"::/0"',
        },
        {
          name: 'one CIDR where a list is due',
          source: `resource "aws_security_group" "bastion" {
  name = "bastion"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = "0.0.0.0/0"
  }
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'separate rule of a group, every protocol',
          source: `resource "aws_security_group" "bastion" {
  name = "bastion"
}

resource "aws_security_group_rule" "everything" {
  type              = "ingress"
  from_port         = 0
  to_port           = 0
  protocol          = "all"
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = aws_security_group.bastion.id
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'separate rule of a group declared elsewhere',
          source: `variable "bastion_group_id" {
  type = string
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = var.bastion_group_id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "0.0.0.0/0"
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'two halves that make the world',
          source: `resource "aws_security_group" "bastion" {
  name = "bastion"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["128.0.0.0/1", "0.0.0.0/1"]
  }
}
`,
          at: '"0.0.0.0/1"',
        },
        {
          name: 'default security group, range that ends with the port',
          source: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress {
    from_port   = 1
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
          at: '"0.0.0.0/0"',
        },
      ],
      good: [
        {
          name: 'office network only; the world may use HTTPS',
          source: `resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["198.51.100.0/24"]
  }

  ingress {
    from_port        = 443
    to_port          = 443
    protocol         = "tcp"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
        },
        {
          name: 'world-open egress rule, and SSH from another group',
          source: `resource "aws_security_group" "bastion" {
  name = "bastion"
}

resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_security_group_rule" "out" {
  type              = "egress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = aws_security_group.app.id
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id            = aws_security_group.app.id
  referenced_security_group_id = aws_security_group.bastion.id
  ip_protocol                  = "tcp"
  from_port                    = 22
  to_port                      = 22
}
`,
        },
        {
          name: 'unknown ports for a known narrow network, unknown upper port above 22, UDP',
          source: `variable "port" {
  type = number
}

resource "aws_security_group" "app" {
  name = "app"

  ingress {
    from_port   = var.port
    to_port     = var.port
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }

  ingress {
    from_port   = 8443
    to_port     = var.port
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "udp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
        },
      ],
      undecided: [
        ...['"22/tcp"', '"p22"'].map((port) => ({
          name: `${port} is no port`,
          source: `resource "aws_security_group_rule" "admin" {
  type              = "ingress"
  from_port         = 22
  to_port           = ${port}
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = "sg-0123456789abcdef0"
}
`,
          at: port,
        })),

        {
          name: 'networks come from a variable without a value',
          source: `variable "admin_cidrs" {
  type = list(string)
}

resource "aws_security_group" "bastion" {
  name = "bastion"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.admin_cidrs
  }
}
`,
          at: 'var.admin_cidrs',
        },
        {
          name: 'port comes from a variable without a value',
          source: `variable "port" {
  type = number
}

resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_vpc_security_group_ingress_rule" "app" {
  security_group_id = aws_security_group.app.id
  ip_protocol       = "tcp"
  from_port         = 20
  to_port           = var.port
  cidr_ipv4         = "0.0.0.0/0"
}
`,
          at: 'var.port',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'inline entry open to every IPv4 address',
          source: `Resources:
  Bastion:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Bastion hosts
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: 0.0.0.0/0
`,
          at: '0.0.0.0/0',
        },
        {
          name: 'separate entry of a group, every protocol, every IPv6 address',
          source: `{
  "Resources": {
    "Bastion": {
      "Type": "AWS::EC2::SecurityGroup",
      "Properties": { "GroupDescription": "Bastion hosts" }
    },
    "Everything": {
      "Type": "AWS::EC2::SecurityGroupIngress",
      "Properties": {
        "GroupId": { "Fn::GetAtt": ["Bastion", "GroupId"] },
        "IpProtocol": "-1",
        "CidrIpv6": "0:0:0:0:0:0:0:0/0"
      }
    }
  }
}
`,
          at: '"0:0:0:0:0:0:0:0/0"',
        },
        {
          name: 'separate entry of a group made elsewhere, ports as texts',
          source: `Resources:
  Ssh:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: sg-0123456789abcdef0
      IpProtocol: tcp
      FromPort: "22"
      ToPort: "22"
      CidrIp: 0.0.0.0/0
`,
          at: '0.0.0.0/0',
        },
      ],
      good: [
        {
          name: 'office network only; the world may use HTTPS',
          source: `Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Web servers
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: 198.51.100.0/24
        - IpProtocol: tcp
          FromPort: 443
          ToPort: 443
          CidrIp: 0.0.0.0/0
`,
        },
        {
          name: 'SSH from another group',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application servers
  Ssh:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !GetAtt App.GroupId
      IpProtocol: tcp
      FromPort: 22
      ToPort: 22
      SourceSecurityGroupId: sg-0123456789abcdef0
`,
        },
      ],
      undecided: [
        {
          name: 'network comes from a parameter without a default',
          source: `Parameters:
  AdminCidr:
    Type: String
Resources:
  Bastion:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Bastion hosts
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: !Ref AdminCidr
`,
          at: '!Ref AdminCidr',
        },
      ],
    },
  },
});
