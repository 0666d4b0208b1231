import { openAclRule } from '../network/acl-open.ts';
import { ALL_PORTS } from '../network/ports.ts';
import type { AclSample } from '../network/samples.ts';
import { acl, aclRule, templateAcl } from '../network/samples.ts';

function sample(protocol: string, cidr: string): AclSample {
  return { direction: 'ingress', action: '"allow"', protocol, from: '0', to: '0', cidr };
}

export const rule = openAclRule({
  id: 'aws-vpc-acl-open-all-ports',
  title: 'Network ACL must not open every port to the world',
  // Every port includes 22 and 3389, of which EC2.21 of AWS Foundational Security Best Practices says Medium.
  severity: 'MEDIUM',
  topics: ['nacl-ingress-open-all-ports'],
  why: 'A network ACL that lets everything in is none: a security group that is opened by mistake has nothing behind it.',
  remedy: [
    'Allow the ports that the subnet serves, for example `protocol = "tcp"`, `from_port = 443` and `to_port = 443` (CloudFormation: `Protocol: 6` and `PortRange`).',
    'Allow TCP 1024-65535 for the answers to what the subnet asks for, as network ACLs keep no state.',
  ],
  references: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-21',
  ],
  controls: { fsbp: ['EC2.21'], cis: ['5.1'], nist: ['AC-4', 'SC-7'], pci: ['1.3.1'] },
  equivalents: { checkov: ['CKV_AWS_352'], trivy: ['AWS-0102'] },
  ports: [ALL_PORTS],
  instead: 'only the ports that the subnet serves may be',
  examples: {
    terraform: {
      bad: [
        { name: 'every protocol', source: acl(sample('"-1"', '"0.0.0.0/0"')), at: '"0.0.0.0/0"' },
        { name: 'every protocol, default ACL', source: acl(sample('"all"', '"0.0.0.0/0"'), 'aws_default_network_acl'), at: '"0.0.0.0/0"' },
        {
          name: 'every TCP port as texts',
          source: aclRule({ ...sample('6', '"0.0.0.0/0"'), from: '"0"', to: '"65535"' }),
          at: '"0.0.0.0/0"',
        },
        {
          name: 'two halves of the world, in entries of their own',
          source: `resource "aws_network_acl" "app" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}

resource "aws_network_acl_rule" "halves" {
  for_each       = { 100 = "128.0.0.0/1", 200 = "0.0.0.0/1" }
  network_acl_id = aws_network_acl.app.id
  rule_number    = each.key
  rule_action    = "allow"
  protocol       = -1
  from_port      = 0
  to_port        = 0
  cidr_block     = each.value
}
`,
          at: 'each.value',
        },
      ],
      good: [
        { name: 'within the network', source: acl(sample('"-1"', '"10.0.0.0/8"')) },
        { name: 'out to the world is another matter', source: acl({ ...sample('"-1"', '"0.0.0.0/0"'), direction: 'egress' }) },
        { name: 'a deny', source: acl({ ...sample('"-1"', '"0.0.0.0/0"'), action: '"deny"' }) },
        {
          name: 'behind a deny of the same',
          source: `resource "aws_network_acl" "app" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ingress {
    rule_no    = 200
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
}

resource "aws_network_acl_rule" "closed" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = 100
  rule_action    = "deny"
  protocol       = "-1"
  cidr_block     = "0.0.0.0/0"
}
`,
        },
      ],
      undecided: [
        { name: 'range is not known', source: acl(sample('"-1"', 'var.unset')), at: 'var.unset' },
        { name: 'action is not known', source: aclRule({ ...sample('"-1"', '"0.0.0.0/0"'), action: 'var.unset' }), at: 'var.unset' },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'every protocol', source: templateAcl({ ...sample('-1', '0.0.0.0/0'), action: 'allow' }), at: '0.0.0.0/0' },
        {
          name: 'every UDP port, as texts',
          source: templateAcl({ ...sample('"17"', '0.0.0.0/0'), action: 'ALLOW', to: '"65535"' }),
          at: '0.0.0.0/0',
        },
      ],
      good: [{ name: 'within the network', source: templateAcl({ ...sample('-1', '10.0.0.0/8'), action: 'allow' }) }],
      undecided: [
        { name: 'range is not known', source: templateAcl({ ...sample('-1', '!Ref Unset'), action: 'allow' }), at: '!Ref Unset' },
      ],
    },
  },
});
