import { openPortsRule } from '../network/world.ts';
import { ALL_PORTS, OTHER_PORTS } from '../network/ports.ts';

export const rule = openPortsRule({
  id: 'aws-security-group-other-ports',
  title: 'Security group must open nothing but web ports to the world',
  // EC2.18 of AWS Foundational Security Best Practices is High; it allows 80 and 443.
  severity: 'HIGH',
  topics: ['sg-ingress-open-any', 'sg-ingress-unknown-port'],
  why: 'A port that is neither HTTP nor HTTPS seldom serves the public; open to the internet, it lets anyone try whatever listens behind it, now or later.',
  remedy: [
    'Open single ports to the networks or security groups that need them, for example `cidr_blocks = ["203.0.113.0/24"]` with your own range, or `CidrIp: 203.0.113.0/24`.',
    'Where the service is meant for the public, record an exception that says so.',
  ],
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18',
    'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
  ],
  controls: { fsbp: ['EC2.18'], nist: ['AC-4', 'SC-7'], pci: ['1.3.1'] },
  equivalents: { cfn_nag: ['W2'], guard: ['EC2_SECURITY_GROUP_INGRESS_OPEN_TO_WORLD_RULE'] },
  // Ports with a rule of their own, and all of them together, are reported by those rules.
  ports: [OTHER_PORTS],
  except: ALL_PORTS,
  instead: 'only those who need it may reach it',
  examples: {
    terraform: {
      bad: [
        {
          name: 'port of an application, open to every IPv4 address',
          source: `resource "aws_security_group" "game" {
  name = "game"

  ingress {
    from_port   = 7777
    to_port     = 7777
    protocol    = "udp"
    cidr_blocks = ["10.0.0.0/16", "0.0.0.0/0"]
  }
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'range around the web ports',
          source: `resource "aws_security_group_rule" "web" {
  type              = "ingress"
  from_port         = 80
  to_port           = 443
  protocol          = "tcp"
  ipv6_cidr_blocks  = ["::/0"]
  security_group_id = "sg-0123456789abcdef0"
}
`,
          at: '"::/0"',
        },
        {
          name: 'known lower port, one CIDR where a list is due',
          source: `variable "last_port" {
  type = number
}

resource "aws_security_group" "media" {
  name = "media"

  ingress {
    from_port   = 40000
    to_port     = var.last_port
    protocol    = "udp"
    cidr_blocks = "0.0.0.0/0"
  }
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'default security group',
          source: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress {
    from_port        = 8443
    to_port          = 8443
    protocol         = "tcp"
    ipv6_cidr_blocks = ["::/0"]
  }
}
`,
          at: '"::/0"',
        },
      ],
      good: [
        {
          name: 'web ports for the world, others within the network',
          source: `resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    from_port   = 8443
    to_port     = 8443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }

  ingress {
    from_port   = -1
    to_port     = -1
    protocol    = "icmp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
        },
        {
          name: 'ports that have rules of their own',
          source: `resource "aws_security_group" "legacy" {
  name = "legacy"

  dynamic "ingress" {
    for_each = [
      20, 21, 22, 23, 25, 80, 110, 111, 135, 139, 143, 389, 443, 445, 1433, 1434, 1521, 2049, 2375, 2379, 3000, 3306,
      3389, 4333, 5000, 5432, 5439, 5500, 5601, 5900, 5985, 5986, 6379, 6443, 7001, 8080, 8088, 8888, 9042, 9092, 9200,
      9300, 10250, 11211, 27017,
    ]
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }

  dynamic "ingress" {
    for_each = [111, 389, 443, 1434, 3389, 11211]
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "udp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'port comes from a variable without a value: it may be a web port',
          source: `variable "port" {
  type = number
}

resource "aws_vpc_security_group_ingress_rule" "app" {
  security_group_id = "sg-0123456789abcdef0"
  ip_protocol       = "tcp"
  from_port         = var.port
  to_port           = 443
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
          name: 'port of an application, open to every IPv4 address',
          source: `Resources:
  Game:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Game servers
      SecurityGroupIngress:
        - IpProtocol: udp
          FromPort: 7777
          ToPort: 7777
          CidrIp: 0.0.0.0/0
`,
          at: '0.0.0.0/0',
        },
        {
          name: 'separate entry, ports as texts',
          source: `{
  "Resources": {
    "Game": {
      "Type": "AWS::EC2::SecurityGroupIngress",
      "Properties": {
        "GroupId": "sg-0123456789abcdef0",
        "IpProtocol": "6",
        "FromPort": "7777",
        "ToPort": "7780",
        "CidrIpv6": "::/0"
      }
    }
  }
}
`,
          at: '"::/0"',
        },
      ],
      good: [
        {
          name: 'HTTPS for the world',
          source: `Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Web servers
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
  PlayerCidr:
    Type: String
Resources:
  Game:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Game servers
      SecurityGroupIngress:
        - IpProtocol: udp
          FromPort: 7777
          ToPort: 7777
          CidrIp: !Ref PlayerCidr
`,
          at: '!Ref PlayerCidr',
        },
      ],
    },
  },
});
