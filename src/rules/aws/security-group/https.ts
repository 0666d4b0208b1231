import { ALL_PORTS, HTTPS } from '../network/ports.ts';
import type { Sample } from '../network/samples.ts';
import { group, legacyRule, singleRule, template, templateRule } from '../network/samples.ts';
import { openPortsRule } from '../network/world.ts';

function sample(port: string, cidr: string): Sample {
  return { direction: 'ingress', protocol: '"tcp"', from: port, to: port, cidr };
}

export const rule = openPortsRule({
  id: 'aws-security-group-https',
  title: 'Security group must not open port 443 (HTTPS) to the world',
  // A house rule: AWS Foundational Security Best Practices allow port 443 (EC2.18), and it is LOW where another checker has it.
  severity: 'INFO',
  topics: ['sg-ingress-open-https'],
  why: 'A web server that the internet reaches directly has no load balancer, CDN or web application firewall in front of it. For those themselves it is as it should be.',
  remedy: [
    'Where the group is of a server, let only the security group of its load balancer in: `security_groups = [aws_security_group.balancer.id]`, or `SourceSecurityGroupId: !GetAtt Balancer.GroupId`.',
    'Where it is of a public load balancer, keep it and record an exception.',
  ],
  references: ['https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html'],
  controls: { nist: ['SC-7'] },
  equivalents: {},
  // An entry that opens everything is reported once, by the rule about that.
  ports: [HTTPS],
  except: ALL_PORTS,
  instead: 'only what stands in front of the server may reach it',
  examples: {
    terraform: {
      bad: [
        { name: 'open to every address', source: group(sample('443', '"0.0.0.0/0"')), at: '"0.0.0.0/0"' },
        { name: 'in the default group', source: group(sample('443', '"0.0.0.0/0"'), 'aws_default_security_group'), at: '"0.0.0.0/0"' },
        { name: 'port as a text', source: legacyRule(sample('"443"', '"0.0.0.0/0"')), at: '"0.0.0.0/0"' },
        {
          name: 'through a prefix list that holds every address',
          source: `resource "aws_ec2_managed_prefix_list" "clients" {
  name           = "clients"
  address_family = "IPv4"
  max_entries    = 5

  entry {
    cidr = "198.51.100.0/24"
  }
}

resource "aws_ec2_managed_prefix_list_entry" "everyone" {
  prefix_list_id = aws_ec2_managed_prefix_list.clients.id
  cidr           = "0.0.0.0/0"
}

resource "aws_security_group" "web" {
  ingress {
    from_port       = 443
    to_port         = 443
    protocol        = "tcp"
    prefix_list_ids = [aws_ec2_managed_prefix_list.clients.id]
  }
}
`,
          at: 'aws_ec2_managed_prefix_list.clients.id',
        },
      ],
      good: [
        { name: 'within the network', source: group(sample('443', '"10.0.0.0/16"')) },
        { name: 'another port', source: group(sample('8443', '"0.0.0.0/0"')) },
        { name: 'everything: another rule says so', source: group({ ...sample('0', '"0.0.0.0/0"'), protocol: '"-1"' }) },
        {
          name: 'through a prefix list of an AWS service',
          source: `data "aws_prefix_list" "s3" {
  name = "com.amazonaws.eu-west-1.s3"
}

resource "aws_security_group" "web" {
  ingress {
    from_port       = 443
    to_port         = 443
    protocol        = "tcp"
    prefix_list_ids = [data.aws_prefix_list.s3.id]
  }
}
`,
        },
      ],
      undecided: [
        { name: 'range is not known', source: singleRule(sample('443', 'var.unset')), at: 'var.unset' },
        {
          name: 'through a prefix list that is declared elsewhere',
          source: `resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = "sg-0123456789abcdef0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_id    = "pl-0123456789abcdef0"
}
`,
          at: '"pl-0123456789abcdef0"',
        },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'open to every address', source: template(sample('443', '0.0.0.0/0')), at: '0.0.0.0/0' },
        { name: 'port as a text', source: templateRule(sample('"443"', '0.0.0.0/0')), at: '0.0.0.0/0' },
        {
          name: 'through a prefix list that holds every address',
          source: `Resources:
  Clients:
    Type: AWS::EC2::PrefixList
    Properties:
      PrefixListName: clients
      AddressFamily: IPv6
      Entries:
        - Cidr: "::/0"
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Web servers
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 443
          ToPort: 443
          SourcePrefixListId: !Ref Clients
`,
          at: '!Ref Clients',
        },
      ],
      good: [{ name: 'within the network', source: template(sample('443', '10.0.0.0/16')) }],
      undecided: [{ name: 'range is not known', source: template(sample('443', '!Ref Unset')), at: '!Ref Unset' }],
    },
  },
});
