import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { ACL_TARGETS, aclEntries, nameFor } from '../network/acl.ts';
import type { AclSample } from '../network/samples.ts';
import { acl, aclRule, templateAcl } from '../network/samples.ts';
import { isOfWorld } from '../network/source.ts';
import { capital, isDoubt } from '../network/traffic.ts';

const MUST = 'a deny must be for every address';

function* judge(instance: Instance): Iterable<Violation> {
  for (const entry of aclEntries(instance)) {
    if (entry.action === 'allow') continue;
    for (const source of entry.sources.filter((each) => !isOfWorld(each))) {
      const doubt = [entry.action, source].find(isDoubt);
      if (doubt !== undefined) {
        const message = `Whether ${nameFor(entry)} denies only some addresses is not known: ${doubt.why}; ${MUST}.`;
        yield { outcome: 'undecided', message, span: doubt.span };
      } else if ('text' in source) {
        yield { outcome: 'fail', message: `${capital(nameFor(entry))} denies only ${source.text}; ${MUST}.`, span: source.span };
      }
    }
  }
}

function sample(cidr: string, action = '"deny"'): AclSample {
  return { direction: 'ingress', action, protocol: '"tcp"', from: '22', to: '22', cidr };
}

function entry(cidr: string): AclSample {
  return { ...sample(cidr, 'deny'), protocol: '6' };
}

export const rule = defineRule({
  id: 'aws-vpc-acl-partial-deny',
  title: 'Network ACL must deny traffic from every address, not from some',
  // A house rule: no control of AWS Foundational Security Best Practices. Others give MEDIUM, but a deny for some addresses takes nothing away.
  severity: 'LOW',
  targets: ACL_TARGETS,
  topics: ['nacl-ineffective-deny'],
  why: 'Who is denied by address comes back from another one; a list of those denied is never complete.',
  remedy: [
    'Allow the networks that are needed and leave the rest to the deny that ends every network ACL, or deny `0.0.0.0/0` and `::/0`.',
    'To block single attackers use AWS WAF or AWS Network Firewall, whose lists are kept up to date.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html'],
  controls: { nist: ['AC-4', 'SC-7'] },
  equivalents: { cfn_nag: ['W71'], guard: ['EC2_NETWORK_ACL_ENTRY_INEFFECTIVE_DENY_RULE'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        { name: 'one address', source: acl(sample('"198.51.100.7/32"')), at: '"198.51.100.7/32"' },
        { name: 'one network, default ACL', source: acl(sample('"198.51.100.0/24"'), 'aws_default_network_acl'), at: '"198.51.100.0/24"' },
        { name: 'half of the world', source: aclRule(sample('"128.0.0.0/1"', '"DENY"')), at: '"128.0.0.0/1"' },
      ],
      good: [
        { name: 'every address', source: acl(sample('"0.0.0.0/0"')) },
        { name: 'an allow', source: acl(sample('"198.51.100.0/24"', '"allow"')) },
      ],
      undecided: [
        { name: 'range is not known', source: acl(sample('var.unset')), at: 'var.unset' },
        { name: 'action is not known', source: aclRule(sample('"198.51.100.0/24"', 'var.unset')), at: 'var.unset' },
      ],
    },
    cloudformation: {
      bad: [{ name: 'one address', source: templateAcl(entry('198.51.100.7/32')), at: '198.51.100.7/32' }],
      good: [{ name: 'every address', source: templateAcl(entry('0.0.0.0/0')) }],
      undecided: [{ name: 'range is not known', source: templateAcl(entry('!Ref Unset')), at: '!Ref Unset' }],
    },
  },
});
