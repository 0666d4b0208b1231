import { defineRule } from '../../../domain/rule.ts';
import type { Sample } from '../network/samples.ts';
import { group, legacyRule, singleRule, template, templateRule } from '../network/samples.ts';
import type { Entry } from '../network/security-group.ts';
import { TARGETS } from '../network/security-group.ts';
import type { Answer } from '../network/traffic.ts';
import { isDoubt, opensAll } from '../network/traffic.ts';
import { openToLeave } from '../network/world.ts';

/** Entries for everything are reported by the rule about those. */
function isSome(entry: Entry): Answer {
  const all = opensAll(entry);
  if (isDoubt(all)) return all;
  return all === 'yes' ? 'no' : 'yes';
}

function sample(cidr: string, port = '443'): Sample {
  return { direction: 'egress', protocol: '"tcp"', from: port, to: port, cidr };
}

export const rule = defineRule({
  id: 'aws-security-group-egress-open',
  title: 'Security group must not let traffic out to the world',
  // No control of AWS Foundational Security Best Practices. Others give up to CRITICAL, but one port to the world is how nearly all
  // software fetches its updates: LOW. Every port is MEDIUM, by another rule.
  severity: 'LOW',
  targets: TARGETS.egress,
  topics: ['sg-egress-open-any'],
  why: 'A host that is taken over reaches its attacker, and carries data out, through whatever it may connect to.',
  remedy: [
    'Name what the hosts talk to: security groups, networks, or prefix lists of AWS services, for example `prefix_list_ids = [data.aws_prefix_list.s3.id]`.',
    'For the rest of the internet go through a proxy or AWS Network Firewall, which can allow domain names, or record an exception.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html'],
  controls: { nist: ['AC-4', 'SC-7'], pci: ['1.3.2'] },
  equivalents: { trivy: ['AWS-0104'], cfn_nag: ['W5'], guard: ['EC2_SECURITY_GROUP_EGRESS_OPEN_TO_WORLD_RULE'] },
  check: (instance) => openToLeave(instance, isSome, 'only the networks that are needed may be reached'),
  examples: {
    terraform: {
      bad: [
        { name: 'HTTPS to every address', source: group(sample('"0.0.0.0/0"')), at: '"0.0.0.0/0"' },
        { name: 'in the default group', source: group(sample('"0.0.0.0/0"'), 'aws_default_security_group'), at: '"0.0.0.0/0"' },
        { name: 'two halves of the world', source: group(sample('"128.0.0.0/1", "0.0.0.0/1"')), at: '"0.0.0.0/1"' },
        { name: 'port as a text', source: legacyRule(sample('"0.0.0.0/0"', '"25"')), at: '"0.0.0.0/0"' },
      ],
      good: [
        { name: 'HTTPS within the network', source: group(sample('"10.0.0.0/16"')) },
        { name: 'in from every address is another matter', source: legacyRule({ ...sample('"0.0.0.0/0"'), direction: 'ingress' }) },
        { name: 'everything: another rule says so', source: group({ ...sample('"0.0.0.0/0"', '0'), protocol: '"-1"' }) },
      ],
      undecided: [{ name: 'range is not known', source: singleRule(sample('var.unset')), at: 'var.unset' }],
    },
    cloudformation: {
      bad: [
        { name: 'HTTPS to every address', source: template(sample('0.0.0.0/0')), at: '0.0.0.0/0' },
        { name: 'port as a text', source: templateRule(sample('0.0.0.0/0', '"25"')), at: '0.0.0.0/0' },
      ],
      good: [{ name: 'HTTPS within the network', source: template(sample('10.0.0.0/16')) }],
      undecided: [{ name: 'range is not known', source: template(sample('!Ref Unset')), at: '!Ref Unset' }],
    },
  },
});
