/** An entry must name the protocol it is for. */
import type { Rule, Violation } from '../../../domain/rule.ts';
import type { Sample } from '../network/samples.ts';
import { group, legacyRule, singleRule, template, templateRule } from '../network/samples.ts';
import type { Entry } from '../network/security-group.ts';
import { isOfWorld } from '../network/source.ts';
import type { Direction } from '../network/traffic.ts';
import { isDoubt, mayBeAll } from '../network/traffic.ts';
import { entryRule } from './each-entry.ts';

export function namedProtocolRule(direction: Direction, details: Pick<Rule, 'id' | 'title' | 'topics' | 'why' | 'equivalents'>): Rule {
  return entryRule({
    ...details,
    direction,
    // No control of AWS Foundational Security Best Practices; others give MEDIUM for any source, and the world is reported by a rule of its own.
    severity: 'LOW',
    remedy: [
      'Give each protocol that is used an entry with its ports, for example `protocol = "tcp"` (CloudFormation: `IpProtocol: tcp`) and port 443.',
      'VPC Flow Logs show which ones are used.',
    ],
    references: ['https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html'],
    controls: { nist: ['AC-4', 'SC-7'] },
    judge,
    examples: {
      terraform: {
        bad: [
          { name: 'every protocol', source: group(sample(direction, '"-1"')), at: '"-1"' },
          {
            name: 'by its name, in the default group',
            source: group(sample(direction, '"all"'), 'aws_default_security_group'),
            at: '"all"',
          },
          { name: 'a number instead of a text', source: legacyRule(sample(direction, '-1')), at: '-1' },
        ],
        good: [
          { name: 'one protocol', source: singleRule({ ...sample(direction, '"tcp"'), from: '443', to: '443' }) },
          { name: 'open to the world: another rule says so', source: group({ ...sample(direction, '"-1"'), cidr: '"0.0.0.0/0"' }) },
        ],
        undecided: [
          { name: 'protocol comes from a variable without a value', source: group(sample(direction, 'var.unset')), at: 'var.unset' },
        ],
      },
      cloudformation: {
        bad: [
          { name: 'every protocol', source: template(sample(direction, '"-1"')), at: '"-1"' },
          {
            name: 'a number, with ports that AWS ignores',
            source: templateRule({ ...sample(direction, '-1'), from: '443', to: '443' }),
            at: '-1',
          },
        ],
        good: [{ name: 'one protocol', source: template({ ...sample(direction, 'tcp'), from: '443', to: '443' }) }],
        undecided: [
          {
            name: 'protocol comes from a parameter without a default',
            source: template(sample(direction, '!Ref Unset')),
            at: '!Ref Unset',
          },
        ],
      },
    },
  });
}

function* judge(entry: Entry): Iterable<Violation> {
  const { protocol, protocolSpan: span } = entry;
  if (protocol === 'all') {
    if (!entry.sources.some(isOfWorld))
      yield { outcome: 'fail', message: 'The entry is for every protocol and port; it must name one protocol and its ports.', span };
  } else if (isDoubt(protocol) && mayBeAll(entry)) {
    yield {
      outcome: 'undecided',
      message: `Whether the entry is for every protocol is not known: ${protocol.why}; it must name one.`,
      span,
    };
  }
}

function sample(direction: Direction, protocol: string): Sample {
  return { direction, protocol, from: '0', to: '0', cidr: '"10.0.0.0/16"' };
}
