/** An entry must open one port, not a range. */
import type { Rule, Violation } from '../../../domain/rule.ts';
import type { Sample } from '../network/samples.ts';
import { group, legacyRule, singleRule, template, templateRule } from '../network/samples.ts';
import type { Entry } from '../network/security-group.ts';
import type { Direction } from '../network/traffic.ts';
import { isDoubt, wordsFor } from '../network/traffic.ts';
import { entryRule } from './each-entry.ts';

export function singlePortRule(direction: Direction, details: Pick<Rule, 'id' | 'title' | 'topics' | 'why' | 'equivalents'>): Rule {
  return entryRule({
    ...details,
    direction,
    // No control of AWS Foundational Security Best Practices; others give MEDIUM, but ranges are what some protocols need.
    severity: 'LOW',
    remedy: [
      'Replace the range by one entry for each port that is used, for example 443.',
      'Where a protocol needs a range (passive FTP, RTP, ephemeral ports), keep it as narrow as its server can be set to, and record an exception.',
    ],
    references: ['https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html'],
    controls: { nist: ['AC-4', 'SC-7'] },
    judge: (entry) => judge(entry, direction),
    examples: {
      terraform: {
        bad: [
          { name: 'a range', source: group(sample(direction, '8000', '8100')), at: '8100' },
          { name: 'a range in the default group', source: group(sample(direction, '20', '21'), 'aws_default_security_group'), at: '21' },
          { name: 'a range as texts', source: legacyRule(sample(direction, '"5000"', '"5010"')), at: '"5010"' },
        ],
        good: [
          { name: 'one port', source: singleRule(sample(direction, '443', '443')) },
          { name: 'one port that is not known', source: group(sample(direction, 'var.unset', 'var.unset')) },
          { name: 'type and code of ICMP are no range', source: group({ ...sample(direction, '8', '0'), protocol: '"icmp"' }) },
        ],
        undecided: [{ name: 'last port is not known', source: group(sample(direction, '8000', 'var.unset')), at: 'var.unset' }],
      },
      cloudformation: {
        bad: [
          { name: 'a range', source: template(sample(direction, '8000', '8100')), at: '8100' },
          { name: 'a range as texts', source: templateRule(sample(direction, '"5000"', '"5010"')), at: '"5010"' },
        ],
        good: [{ name: 'one port', source: template(sample(direction, '443', '443')) }],
        undecided: [{ name: 'last port is not known', source: template(sample(direction, '8000', '!Ref Unset')), at: '!Ref Unset' }],
      },
    },
  });
}

function* judge(entry: Entry, direction: Direction): Iterable<Violation> {
  const { protocol, from, to, portSpan: span } = entry;
  if (!isDoubt(protocol) && protocol !== 'tcp' && protocol !== 'udp') return;
  if (!isDoubt(from) && !isDoubt(to) && from === to) return;
  const doubt = [protocol, from, to].find(isDoubt);
  if (doubt === undefined) {
    yield { outcome: 'fail', message: `The entry opens ${wordsFor(entry)} for ${direction}; it must be one port.`, span };
  } else if (!(isDoubt(from) && isDoubt(to) && reason(from.why) === reason(to.why))) {
    yield { outcome: 'undecided', message: `Whether the entry opens one port is not known: ${doubt.why}.`, span: doubt.span };
  }
}

/** Why a port is not known, without the name of the attribute: the same value for both ends is one port. */
function reason(why: string): string {
  return why.slice(why.indexOf(' '));
}

function sample(direction: Direction, from: string, to: string): Sample {
  return { direction, protocol: '"tcp"', from, to, cidr: '"10.0.0.0/16"' };
}
