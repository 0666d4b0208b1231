import { openPortsRule } from '../network/world.ts';
import { ALL_PORTS, SENSITIVE_PORTS } from '../network/ports.ts';

export const rule = openPortsRule({
  id: 'aws-security-group-sensitive-ports',
  title: 'Security group must not open a sensitive service to the world',
  // EC2.19 of AWS Foundational Security Best Practices is Critical.
  severity: 'CRITICAL',
  topics: ['sg-ingress-open-sensitive-port'],
  why: 'Databases, caches, file shares and administration interfaces are scanned for without pause; many let anyone in as they come, and the rest is one password or one flaw away from it.',
  remedy: [
    'Let only the security group of the servers that use the service reach it: `security_groups = [aws_security_group.app.id]`, or `SourceSecurityGroupId: !GetAtt App.GroupId`.',
    'Where people need it, name their networks, for example `cidr_blocks = ["203.0.113.0/24"]` with your own range, or `CidrIp: 203.0.113.0/24`.',
  ],
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19',
    'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
  ],
  controls: { fsbp: ['EC2.19'], nist: ['AC-4', 'SC-7'], pci: ['1.3.1'] },
  equivalents: {},
  // An entry that opens everything is reported once, by the rule about that.
  ports: SENSITIVE_PORTS,
  except: ALL_PORTS,
  instead: 'only those who use the service may reach it',
  examples: {
    terraform: {
      bad: [
        {
          name: 'database open to every IPv4 address',
          source: `resource "aws_security_group" "orders_db" {
  name = "orders-db"

  ingress {
    description = "PostgreSQL"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'range with several services, open to every IPv6 address',
          source: `resource "aws_security_group" "search" {
  name = "search"
}

resource "aws_vpc_security_group_ingress_rule" "search" {
  security_group_id = aws_security_group.search.id
  ip_protocol       = "tcp"
  from_port         = 9200
  to_port           = 9300
  cidr_ipv6         = "::/0"
}
`,
          at: '"::/0"',
        },
        {
          name: 'cache over UDP, one CIDR where a list is due',
          source: `resource "aws_security_group_rule" "cache" {
  type              = "ingress"
  from_port         = 11211
  to_port           = 11211
  protocol          = "udp"
  cidr_blocks       = "0.0.0.0/0"
  security_group_id = "sg-0123456789abcdef0"
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'default security group, file shares',
          source: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress {
    from_port   = 445
    to_port     = 445
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
          name: 'database for the network of the application, web server for the world',
          source: `resource "aws_security_group" "orders_db" {
  name = "orders-db"

  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.0.16.0/20"]
  }

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
        },
        {
          name: 'everything open: another rule says so',
          source: `resource "aws_security_group" "lab" {
  name = "lab"

  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'networks come from a variable without a value',
          source: `variable "app_cidrs" {
  type = list(string)
}

resource "aws_security_group" "orders_db" {
  name = "orders-db"

  ingress {
    from_port   = 3306
    to_port     = 3306
    protocol    = "tcp"
    cidr_blocks = var.app_cidrs
  }
}
`,
          at: 'var.app_cidrs',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'database open to every IPv4 address',
          source: `Resources:
  OrdersDb:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Orders database
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 3306
          ToPort: 3306
          CidrIp: 0.0.0.0/0
`,
          at: '0.0.0.0/0',
        },
        {
          name: 'separate entry, ports as texts',
          source: `{
  "Resources": {
    "Cache": {
      "Type": "AWS::EC2::SecurityGroupIngress",
      "Properties": {
        "GroupId": "sg-0123456789abcdef0",
        "IpProtocol": "tcp",
        "FromPort": "6379",
        "ToPort": "6379",
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
          name: 'database for the network of the application, web server for the world',
          source: `Resources:
  OrdersDb:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Orders database
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 3306
          ToPort: 3306
          CidrIp: 10.0.16.0/20
        - IpProtocol: tcp
          FromPort: 443
          ToPort: 443
          CidrIp: 0.0.0.0/0
`,
        },
      ],
      undecided: [
        {
          name: 'port comes from a parameter without a default',
          source: `Parameters:
  Port:
    Type: Number
Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: !Ref Port
          ToPort: !Ref Port
          CidrIp: 0.0.0.0/0
`,
          at: '!Ref Port',
        },
      ],
    },
  },
});
