import type { Violation } from '../../../domain/rule.ts';
import { isPrivate, isWide, isWorld, WIDEST } from '../network/cidr.ts';
import { are, RDP, SENSITIVE_PORTS, SSH } from '../network/ports.ts';
import type { Sample } from '../network/samples.ts';
import { group, legacyRule, singleRule, template, templateRule } from '../network/samples.ts';
import type { Entry } from '../network/security-group.ts';
import type { Source } from '../network/source.ts';
import { doubtsIn } from '../network/source.ts';
import { isDoubt, opens } from '../network/traffic.ts';
import { entryRule } from './each-entry.ts';

const PORTS = [SSH, RDP, ...SENSITIVE_PORTS];

function* judge(entry: Entry): Iterable<Violation> {
  const answers = PORTS.map((ports) => ({ ports, answer: opens(entry, ports) })).filter(({ answer }) => answer !== 'no');
  if (answers.length === 0) return;
  const asked = are(answers.map(({ ports }) => ports));
  const doubt = answers.every(({ answer }) => isDoubt(answer)) ? answers.map(({ answer }) => answer).find(isDoubt) : undefined;
  for (const source of entry.sources.filter(isTooWide)) {
    if (doubt === undefined) {
      const message = `${source.text} holds more than one VPC can, and ${asked} open to it; only those who use the service may reach it.`;
      yield {
        outcome: 'fail',
        message,
        span: source.span,
        severity: source.kind === 'range' && isPrivate(source.range) ? 'LOW' : 'MEDIUM',
      };
    } else {
      const message = `Whether ${source.text}, which holds more than one VPC can, may reach a sensitive service is not known: ${doubt.why}.`;
      yield { outcome: 'undecided', message, span: doubt.span };
    }
  }
  const [unknown] = doubtsIn(entry.sources);
  if (unknown !== undefined) {
    const message = `Whether ${asked} open to more addresses than one VPC can hold is not known: ${unknown.why}.`;
    yield { outcome: 'undecided', message, span: unknown.span };
  }
}

/** The world is reported by other rules. */
function isTooWide(source: Source): source is Exclude<Source, { kind: 'unknown' }> {
  if (source.kind === 'range') return isWide(source.range) && !isWorld(source.range);
  return source.kind === 'length' && source.length < WIDEST[4];
}

function sample(port: string, cidr: string): Sample {
  return { direction: 'ingress', protocol: '"tcp"', from: port, to: port, cidr };
}

export const rule = entryRule({
  id: 'aws-security-group-ingress-wide-network',
  title: 'Security group must not open a sensitive service to a wide network',
  direction: 'ingress',
  // LOW is what other checkers give a wide private network. A wide public one is mostly strangers, which is worse: MEDIUM, by the violation.
  // Wide is what no VPC can hold: wider than /16 (IPv6: /44), or the whole of a private range, be it 192.168.0.0/16.
  severity: 'LOW',
  topics: ['sg-ingress-private-wide'],
  why: 'A range of that size holds networks that have nothing to do with the service, such as offices, partners and other teams; one infected machine in any of them can try the service.',
  remedy: [
    'Name the security group of the servers that use the service: `security_groups = [aws_security_group.app.id]`, or `SourceSecurityGroupId: !GetAtt App.GroupId`.',
    'Or name the subnets they are in, for example `10.0.16.0/20`.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html'],
  controls: { nist: ['AC-4', 'SC-7'] },
  equivalents: {},
  judge,
  examples: {
    terraform: {
      bad: [
        { name: 'SSH from a whole private range', source: group(sample('22', '"10.0.0.0/8"')), at: '"10.0.0.0/8"' },
        {
          name: 'RDP from a whole private range, default group',
          source: group(sample('3389', '"192.168.0.0/16"'), 'aws_default_security_group'),
          at: '"192.168.0.0/16"',
        },
        { name: 'database from a wide public range', source: legacyRule(sample('"5432"', '"52.0.0.0/10"')), at: '"52.0.0.0/10"' },
        {
          name: 'database from a wide range that is partly known',
          source: singleRule(sample('3306', '"${var.unset}/12"')),
          at: '"${var.unset}/12"',
        },
      ],
      good: [
        { name: 'database from a network as wide as a VPC', source: group(sample('5432', '"10.3.0.0/16"')) },
        { name: 'HTTPS from a wide range', source: group(sample('443', '"10.0.0.0/8"')) },
        { name: 'open to the world: another rule says so', source: group(sample('22', '"0.0.0.0/0"')) },
      ],
      undecided: [
        { name: 'range is not known', source: group(sample('22', 'var.unset')), at: 'var.unset' },
        { name: 'port is not known', source: group({ ...sample('22', '"10.0.0.0/8"'), to: 'var.unset' }), at: 'var.unset' },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'SSH from a whole private range', source: template(sample('22', '172.16.0.0/12')), at: '172.16.0.0/12' },
        {
          name: 'cache from a wide range, in an entry of its own',
          source: templateRule(sample('"6379"', '"10.0.0.0/9"')),
          at: '"10.0.0.0/9"',
        },
      ],
      good: [{ name: 'database from a network as wide as a VPC', source: template(sample('5432', '10.3.0.0/16')) }],
      undecided: [{ name: 'range is not known', source: template(sample('5432', '!Ref Unset')), at: '!Ref Unset' }],
    },
  },
});
