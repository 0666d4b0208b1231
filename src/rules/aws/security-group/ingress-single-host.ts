import type { Violation } from '../../../domain/rule.ts';
import { isHost } from '../network/cidr.ts';
import type { Sample } from '../network/samples.ts';
import { group, legacyRule, singleRule, template, templateRule } from '../network/samples.ts';
import type { Entry } from '../network/security-group.ts';
import type { Source } from '../network/source.ts';
import { entryRule } from './each-entry.ts';

const MUST = 'it must be a single address, such as "203.0.113.7/32"';

function* judge({ sources }: Entry): Iterable<Violation> {
  for (const source of sources) {
    if (source.kind === 'unknown')
      yield {
        outcome: 'undecided',
        message: `Whether a single address is let in is not known: ${source.why}; ${MUST}.`,
        span: source.span,
      };
    else if (!isSingle(source)) yield { outcome: 'fail', message: `${source.text} is more than one address; ${MUST}.`, span: source.span };
  }
}

/** The shortest length that can be one address is IPv4's; which version a partly known CIDR is of does not show. */
function isSingle(source: Exclude<Source, { kind: 'unknown' }>): boolean {
  if (source.kind === 'range') return isHost(source.range);
  return source.kind === 'length' && (source.length === 32 || source.length === 128);
}

function sample(cidr: string): Sample {
  return { direction: 'ingress', protocol: '"tcp"', from: '443', to: '443', cidr };
}

export const rule = entryRule({
  id: 'aws-security-group-ingress-single-host',
  title: 'Security group must let in single addresses',
  direction: 'ingress',
  // A house rule: no control of AWS Foundational Security Best Practices, and LOW where others have it.
  severity: 'INFO',
  topics: ['sg-ingress-cidr-not-32'],
  why: 'A range lets in every host in it, also those that have no business with the service.',
  remedy: [
    'Name the security group of the hosts that use the service instead of their network: it follows them when their addresses change.',
    'Where an address is needed, write it with a length of 32 (IPv6: 128), for example `203.0.113.7/32`.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html'],
  controls: { nist: ['AC-4', 'SC-7'] },
  equivalents: { cfn_nag: ['W9'] },
  judge,
  examples: {
    terraform: {
      bad: [
        { name: 'a network', source: group(sample('"10.1.0.0/24"')), at: '"10.1.0.0/24"' },
        {
          name: 'two addresses, in the default group',
          source: group(sample('"10.1.0.0/31"'), 'aws_default_security_group'),
          at: '"10.1.0.0/31"',
        },
        {
          name: 'the network of a VPC',
          source: `resource "aws_vpc" "main" {
  cidr_block = cidrsubnet("10.0.0.0/8", 8, 1)
}

resource "aws_security_group_rule" "app" {
  type              = "ingress"
  from_port         = 443
  to_port           = 443
  protocol          = "tcp"
  cidr_blocks       = aws_vpc.main.cidr_block
  security_group_id = "sg-0123456789abcdef0"
}
`,
          at: 'aws_vpc.main.cidr_block',
        },
      ],
      good: [
        { name: 'one address', source: legacyRule(sample('"198.51.100.7/32"')) },
        { name: 'one address that is not known', source: singleRule(sample('"${var.unset}/32"')) },
      ],
      undecided: [{ name: 'range is not known', source: singleRule(sample('var.unset')), at: 'var.unset' }],
    },
    cloudformation: {
      bad: [
        { name: 'a network', source: template(sample('10.1.0.0/24')), at: '10.1.0.0/24' },
        { name: 'the world', source: templateRule(sample('"0.0.0.0/0"')), at: '"0.0.0.0/0"' },
      ],
      good: [{ name: 'one address', source: template(sample('198.51.100.7/32')) }],
      undecided: [{ name: 'range is not known', source: template(sample('!Ref Unset')), at: '!Ref Unset' }],
    },
  },
});
