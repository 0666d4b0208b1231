import { openPortsRule } from '../network/world.ts';
import { RDP } from '../network/ports.ts';

export const rule = openPortsRule({
  id: 'aws-security-group-rdp',
  title: 'Security group must not open port 3389 (RDP) to the world',
  // AWS Foundational Security Best Practices counts port 3389 among the high-risk ports of EC2.19, which is Critical.
  severity: 'CRITICAL',
  topics: ['sg-ingress-open-rdp'],
  why: 'Remote Desktop open to the internet is a common first step of ransomware: passwords are guessed around the clock, and flaws of the service itself have let attackers in without one.',
  remedy: [
    'Name the networks that administer the instances, for example `cidr_blocks = ["203.0.113.0/24"]` with your own range, or `CidrIp: 203.0.113.0/24`.',
    'Or remove the entry and connect through AWS Systems Manager Fleet Manager, which needs no open port.',
  ],
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-14',
    'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
  ],
  controls: { fsbp: ['EC2.19'], cis: ['5.2', '5.3'], nist: ['AC-4', 'SC-7'], pci: ['1.3.1'] },
  equivalents: { checkov: ['CKV_AWS_25'], trivy: ['AWS-0107'] },
  ports: [RDP],
  instead: 'only the networks that administer the instances may reach it',
  examples: {
    terraform: {
      bad: [
        {
          name: 'range that includes the port, open to every IPv4 address',
          source: `resource "aws_security_group" "desktops" {
  name = "desktops"

  ingress {
    from_port   = 3380
    to_port     = 3400
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'CIDR from the default of a variable, over UDP',
          source: `variable "clients" {
  type    = list(string)
  default = ["0.0.0.0/0"]
}

resource "aws_security_group" "desktops" {
  name = "desktops"
}

resource "aws_security_group_rule" "rdp" {
  type              = "ingress"
  from_port         = 3389
  to_port           = 3389
  protocol          = "udp"
  cidr_blocks       = var.clients
  security_group_id = aws_security_group.desktops.id
}
`,
          at: 'var.clients',
        },
        {
          name: 'default security group, every protocol, every IPv6 address',
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
        {
          name: 'one CIDR where a list is due',
          source: `resource "aws_security_group" "desktops" {
  name = "desktops"

  ingress {
    from_port   = "3389"
    to_port     = "3389"
    protocol    = "tcp"
    cidr_blocks = "0.0.0.0/0"
  }
}
`,
          at: '"0.0.0.0/0"',
        },
      ],
      good: [
        {
          name: 'office network only, and a range that ends below the port for the world',
          source: `resource "aws_security_group" "desktops" {
  name = "desktops"

  ingress {
    from_port   = 3389
    to_port     = 3389
    protocol    = "tcp"
    cidr_blocks = ["198.51.100.0/24"]
  }

  ingress {
    from_port   = 3000
    to_port     = 3388
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'network comes from a variable without a value',
          source: `variable "client_cidr" {
  type = string
}

resource "aws_vpc_security_group_ingress_rule" "rdp" {
  security_group_id = "sg-0123456789abcdef0"
  ip_protocol       = "tcp"
  from_port         = 3389
  to_port           = 3389
  cidr_ipv4         = var.client_cidr
}
`,
          at: 'var.client_cidr',
        },
        {
          name: 'whole entries come from a variable without a value',
          source: `variable "entries" {
  type = list(any)
}

resource "aws_security_group" "desktops" {
  name    = "desktops"
  ingress = var.entries
}
`,
          at: 'var.entries',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'inline entry open to every IPv6 address',
          source: `Resources:
  Desktops:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Desktops
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 3389
          ToPort: 3389
          CidrIpv6: "::/0"
`,
          at: '"::/0"',
        },
        {
          name: 'separate entry of a group made elsewhere, ports as texts',
          source: `{
  "Resources": {
    "Rdp": {
      "Type": "AWS::EC2::SecurityGroupIngress",
      "Properties": {
        "GroupId": "sg-0123456789abcdef0",
        "IpProtocol": "tcp",
        "FromPort": "3000",
        "ToPort": "4000",
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
          name: 'office network only',
          source: `Resources:
  Desktops:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Desktops
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 3389
          ToPort: 3389
          CidrIp: 198.51.100.0/24
`,
        },
      ],
      undecided: [
        {
          name: 'protocol comes from a parameter without a default: every protocol would include the port',
          source: `Parameters:
  Protocol:
    Type: String
Resources:
  Desktops:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Desktops
      SecurityGroupIngress:
        - IpProtocol: !Ref Protocol
          FromPort: 443
          ToPort: 443
          CidrIp: 0.0.0.0/0
`,
          at: '!Ref Protocol',
        },
      ],
    },
  },
});
