import { defineRule } from '../../../domain/rule.ts';
import type { Sample } from '../network/samples.ts';
import { group, legacyRule, singleRule, template, templateRule } from '../network/samples.ts';
import { TARGETS } from '../network/security-group.ts';
import { opensAll } from '../network/traffic.ts';
import { openToLeave } from '../network/world.ts';

function sample(protocol: string, cidr: string): Sample {
  return { direction: 'egress', protocol, from: '0', to: '0', cidr };
}

export const rule = defineRule({
  id: 'aws-security-group-egress-all-ports',
  title: 'Security group must not let every port out to the world',
  // No control of AWS Foundational Security Best Practices; MEDIUM is what other checkers give.
  severity: 'MEDIUM',
  targets: TARGETS.egress,
  topics: ['sg-egress-open-all-ports'],
  why: 'A host that is taken over can reach its attacker in any way it likes, spread to anything that answers, and carry out whatever it can read.',
  remedy: [
    'Replace the entry by one for each port that is used, for example 443 over TCP.',
    'Name what the hosts talk to where that is known: security groups, networks, or prefix lists of AWS services.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html'],
  controls: { nist: ['AC-4', 'SC-7'], pci: ['1.3.2'] },
  equivalents: { checkov: ['CKV_AWS_382'], trivy: ['AWS-0104'], cfn_nag: ['W40'] },
  check: (instance) => openToLeave(instance, opensAll, 'only the ports that are used may be'),
  examples: {
    terraform: {
      bad: [
        { name: 'every protocol to every address', source: group(sample('"-1"', '"0.0.0.0/0"')), at: '"0.0.0.0/0"' },
        { name: 'in the default group', source: group(sample('"all"', '"0.0.0.0/0"'), 'aws_default_security_group'), at: '"0.0.0.0/0"' },
        {
          name: 'every TCP port, as texts',
          source: legacyRule({ ...sample('"tcp"', '"0.0.0.0/0"'), from: '"0"', to: '"65535"' }),
          at: '"0.0.0.0/0"',
        },
        { name: 'every protocol, a number', source: legacyRule(sample('-1', '"0.0.0.0/0"')), at: '"0.0.0.0/0"' },
      ],
      good: [
        { name: 'every port within the network', source: group(sample('"-1"', '"10.0.0.0/16"')) },
        { name: 'one port to the world', source: group({ ...sample('"tcp"', '"0.0.0.0/0"'), from: '443', to: '443' }) },
      ],
      undecided: [
        { name: 'range is not known', source: singleRule(sample('"-1"', 'var.unset')), at: 'var.unset' },
        { name: 'protocol is not known', source: group(sample('var.unset', '"0.0.0.0/0"')), at: 'var.unset' },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'every protocol to every address', source: template(sample('"-1"', '0.0.0.0/0')), at: '0.0.0.0/0' },
        {
          name: 'every protocol, with ports that AWS ignores',
          source: templateRule({ ...sample('-1', '0.0.0.0/0'), to: '"443"' }),
          at: '0.0.0.0/0',
        },
      ],
      good: [{ name: 'every port within the network', source: template(sample('"-1"', '10.0.0.0/16')) }],
      undecided: [{ name: 'range is not known', source: template(sample('"-1"', '!Ref Unset')), at: '!Ref Unset' }],
    },
  },
});
