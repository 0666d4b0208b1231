import { openPortsRule } from '../network/world.ts';
import { ALL_PORTS, HTTP } from '../network/ports.ts';

export const rule = openPortsRule({
  id: 'aws-security-group-http',
  title: 'Security group must not open port 80 (HTTP) to the world',
  // AWS Foundational Security Best Practices allow port 80 (EC2.18); MEDIUM is what other checkers give it.
  severity: 'MEDIUM',
  topics: ['sg-ingress-open-http'],
  why: 'HTTP carries passwords, cookies and content in the clear, for anyone on the way to read and change.',
  remedy: [
    'Serve over HTTPS: open port 443 instead, and let a load balancer or CloudFront redirect from HTTP.',
    'Where the group belongs to that load balancer and port 80 does nothing but redirect, keep it and record an exception.',
  ],
  references: ['https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html'],
  controls: { nist: ['SC-8'], pci: ['4.2.1'] },
  equivalents: { checkov: ['CKV_AWS_260'] },
  // An entry that opens everything is reported once, by the rule about that.
  ports: [HTTP],
  except: ALL_PORTS,
  instead: 'serve over HTTPS',
  examples: {
    terraform: {
      bad: [
        {
          name: 'open to every IPv4 address',
          source: `resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
          at: '"0.0.0.0/0"',
        },
        {
          name: 'range that includes the port, as texts, open to every IPv6 address',
          source: `resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = "sg-0123456789abcdef0"
  ip_protocol       = "TCP"
  from_port         = "80"
  to_port           = "443"
  cidr_ipv6         = "::/0"
}
`,
          at: '"::/0"',
        },
        {
          name: 'default security group, range that ends with the port',
          source: `resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress {
    from_port   = 79
    to_port     = 80
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
          name: 'HTTPS for the world, HTTP within the network',
          source: `resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'networks come from a variable without a value',
          source: `variable "visitors" {
  type = list(string)
}

resource "aws_security_group_rule" "web" {
  type              = "ingress"
  from_port         = 80
  to_port           = 80
  protocol          = "tcp"
  cidr_blocks       = var.visitors
  security_group_id = "sg-0123456789abcdef0"
}
`,
          at: 'var.visitors',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'open to every IPv4 address',
          source: `Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Web servers
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 80
          ToPort: 80
          CidrIp: 0.0.0.0/0
`,
          at: '0.0.0.0/0',
        },
        {
          name: 'ports as texts',
          source: `{
  "Resources": {
    "Web": {
      "Type": "AWS::EC2::SecurityGroupIngress",
      "Properties": {
        "GroupId": "sg-0123456789abcdef0",
        "IpProtocol": "tcp",
        "FromPort": "80",
        "ToPort": "80",
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
  VisitorCidr:
    Type: String
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Web servers
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 80
          ToPort: 80
          CidrIp: !Ref VisitorCidr
`,
          at: '!Ref VisitorCidr',
        },
      ],
    },
  },
});
