/** Examples of rules about one port that a network ACL must not open to the world. */
import type { Rule } from '../../../domain/rule.ts';
import type { AclSample } from './samples.ts';
import { acl, aclRule, templateAcl } from './samples.ts';

/** @param above a port that is higher and not asked about */
export function portExamples(port: number, above: number): Rule['examples'] {
  const sample = (cidr: string, from = String(port), to = from): AclSample => ({
    direction: 'ingress',
    action: '"allow"',
    protocol: '"tcp"',
    from,
    to,
    cidr,
  });
  const entry = (cidr: string, from = String(port), to = from): AclSample => ({
    ...sample(cidr, from, to),
    action: 'allow',
    protocol: '6',
  });
  return {
    terraform: {
      bad: [
        { name: 'the port', source: acl(sample('"0.0.0.0/0"')), at: '"0.0.0.0/0"' },
        {
          name: 'a range around it, default ACL',
          source: acl(sample('"0.0.0.0/0"', '1', String(above)), 'aws_default_network_acl'),
          at: '"0.0.0.0/0"',
        },
        { name: 'port as a text', source: aclRule(sample('"0.0.0.0/0"', `"${port}"`)), at: '"0.0.0.0/0"' },
        {
          name: 'every IPv6 address',
          source: aclRule(sample('"::/0"')).replace('cidr_block     ', 'ipv6_cidr_block'),
          at: '"::/0"',
        },
      ],
      good: [
        { name: 'one network', source: acl(sample('"198.51.100.0/24"')) },
        { name: 'another port', source: aclRule(sample('"0.0.0.0/0"', String(above))) },
        { name: 'everything: another rule says so', source: acl({ ...sample('"0.0.0.0/0"', '0'), protocol: '"-1"' }) },
        { name: 'a deny', source: aclRule({ ...sample('"0.0.0.0/0"'), action: '"deny"' }) },
        { name: 'what goes out', source: aclRule({ ...sample('"0.0.0.0/0"'), direction: 'egress' }) },
        { name: 'an empty CIDR', source: acl(sample('""')) },
      ],
      undecided: [{ name: 'range is not known', source: acl(sample('var.unset')), at: 'var.unset' }],
    },
    cloudformation: {
      bad: [
        { name: 'the port', source: templateAcl(entry('0.0.0.0/0')), at: '0.0.0.0/0' },
        { name: 'port as a text', source: templateAcl(entry('"0.0.0.0/0"', `"${port}"`)), at: '"0.0.0.0/0"' },
        { name: 'every IPv6 address', source: templateAcl(entry('"::/0"')).replace('CidrBlock', 'Ipv6CidrBlock'), at: '"::/0"' },
      ],
      good: [
        { name: 'one network', source: templateAcl(entry('198.51.100.0/24')) },
        { name: 'what goes out', source: templateAcl({ ...entry('0.0.0.0/0'), direction: 'egress' }) },
        {
          name: 'what goes out, in capitals',
          source: templateAcl({ ...entry('0.0.0.0/0'), direction: 'egress' }).replace('Egress: true', "Egress: 'True'"),
        },
      ],
      undecided: [{ name: 'last port is not known', source: templateAcl(entry('0.0.0.0/0', '1', '!Ref Unset')), at: '!Ref Unset' }],
    },
  };
}
