import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { ACL_TARGETS, allowing, nameFor } from '../network/acl.ts';
import type { AclSample } from '../network/samples.ts';
import { acl, aclRule, templateAcl } from '../network/samples.ts';
import { isOfWorld } from '../network/source.ts';
import { capital, isDoubt, opensAll, wordsFor } from '../network/traffic.ts';

const MUST = 'it must name a protocol and its ports';

function* judge(instance: Instance): Iterable<Violation> {
  for (const entry of allowing(instance)) {
    const answer = opensAll(entry);
    // What lets the world in through every port is reported by a rule of its own.
    if (answer === 'no' || (entry.direction !== 'egress' && entry.sources.some(isOfWorld))) continue;
    const doubt = [answer, entry.action].find(isDoubt);
    if (doubt === undefined)
      yield { outcome: 'fail', message: `${capital(nameFor(entry))} allows ${wordsFor(entry)}; ${MUST}.`, span: entry.span };
    else
      yield {
        outcome: 'undecided',
        message: `Whether ${nameFor(entry)} allows every port is not known: ${doubt.why}; ${MUST}.`,
        span: doubt.span,
      };
  }
}

function sample(protocol: string, from = '0', to = from): AclSample {
  return { direction: 'ingress', action: '"allow"', protocol, from, to, cidr: '"10.0.0.0/8"' };
}

export const rule = defineRule({
  id: 'aws-vpc-acl-all-ports',
  title: 'Network ACL must name the protocol and ports of what it allows',
  // No control of AWS Foundational Security Best Practices; MEDIUM is what most other checkers give.
  severity: 'MEDIUM',
  targets: ACL_TARGETS,
  topics: ['nacl-allows-all-ports'],
  why: 'An entry for everything makes the network ACL as good as none for those networks: it stops neither a host that was taken over nor a mistake in a security group.',
  remedy: [
    'Allow the ports that are used, for example `protocol = "tcp"`, `from_port = 443` and `to_port = 443` (CloudFormation: `Protocol: 6` and `PortRange`).',
    'Allow TCP 1024-65535 for answers, as network ACLs keep no state.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html'],
  controls: { nist: ['AC-4', 'SC-7'] },
  equivalents: { trivy: ['AWS-0102'], cfn_nag: ['W66', 'W67'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        { name: 'every protocol', source: acl(sample('"-1"')), at: 'ingress' },
        {
          name: 'every protocol out to the world',
          source: acl({ ...sample('-1'), direction: 'egress', cidr: '"0.0.0.0/0"' }, 'aws_default_network_acl'),
          at: 'egress',
        },
        {
          name: 'every TCP port, as texts',
          source: aclRule(sample('"tcp"', '"0"', '"65535"')),
          at: 'resource "aws_network_acl_rule" "app"',
        },
      ],
      good: [
        { name: 'one port', source: acl(sample('"tcp"', '443')) },
        { name: 'a deny', source: acl({ ...sample('"-1"'), action: '"deny"' }) },
        { name: 'the world may come in: another rule says so', source: acl({ ...sample('"-1"'), cidr: '"0.0.0.0/0"' }) },
      ],
      undecided: [{ name: 'protocol is not known', source: acl(sample('var.unset')), at: 'var.unset' }],
    },
    cloudformation: {
      bad: [
        { name: 'every protocol', source: templateAcl({ ...sample('-1'), action: 'allow' }), at: 'App' },
        { name: 'every UDP port, as texts', source: templateAcl({ ...sample('"17"', '"1"', '"65535"'), action: 'allow' }), at: 'App' },
      ],
      good: [{ name: 'one port', source: templateAcl({ ...sample('6', '443'), action: 'allow' }) }],
      undecided: [{ name: 'protocol is not known', source: templateAcl({ ...sample('!Ref Unset'), action: 'allow' }), at: '!Ref Unset' }],
    },
  },
});
