import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { AclEntry } from '../network/acl.ts';
import { ACL_TARGETS, aclEntries, enclosesTraffic, isRangeKnown, nameFor, neighbours } from '../network/acl.ts';
import type { AddressRange } from '../network/cidr.ts';
import { encloses, overlap } from '../network/cidr.ts';
import { isRange } from '../network/source.ts';
import { capital, isDoubt } from '../network/traffic.ts';

const MUST = 'each entry must decide about traffic of its own';

/** Says the first thing that is wrong with an entry, seen from the ones before it. */
function* judge(instance: Instance): Iterable<Violation> {
  for (const entry of aclEntries(instance)) {
    const { number, span } = entry;
    const others = neighbours(entry);
    if (isDoubt(number)) {
      if (others.length > 1)
        yield {
          outcome: 'undecided',
          message: `Where the entry stands among the others is not known: ${number.why}; ${MUST}.`,
          span: number.span,
        };
      continue;
    }
    for (const other of others) {
      if (other === entry || isDoubt(other.number) || other.number > number) break;
      const problem =
        other.direction === entry.direction
          ? conflict(other, entry, () => others.slice(others.indexOf(other) + 1, others.indexOf(entry)))
          : null;
      if (problem === null) continue;
      yield {
        outcome: 'fail',
        message: `${capital(nameFor(entry))} ${problem}; ${MUST}.`,
        span,
        severity: other.number === number ? 'MEDIUM' : 'LOW',
      };
      break;
    }
  }
}

/**
 * What an earlier entry makes of a later one. An exception from a wider one of the other kind is as it should be, and
 * so is one of the same kind, where an entry between the two would decide otherwise.
 */
function conflict(earlier: AclEntry, later: AclEntry, between: () => readonly AclEntry[]): string | null {
  if (earlier.number === later.number) return 'has the number of another one in the same direction, which AWS refuses';
  if (!portsMeet(earlier, later)) return null;
  const pairs = pairsOf(earlier, later).filter(({ a, b }) => overlap(a, b));
  if (pairs.length === 0) return null;
  const name = nameFor(earlier);
  const isDecided = later.sources.every((source) => isRange(source) && pairs.some(({ a, b }) => b === source.range && encloses(a, b)));
  if (isDecided && enclosesTraffic(earlier, later)) return `never decides, as ${name} does so before it for all that it is about`;
  if (enclosesTraffic(later, earlier)) {
    const isNeedless =
      earlier.action === later.action && pairs.some(({ a, b }) => encloses(b, a)) && !between().some((each) => differs(each, earlier));
    return isNeedless ? `makes ${name} needless, as it does the same for more` : null;
  }
  return enclosesTraffic(earlier, later) ? null : `is about some of the same ports as ${name}, which decides about those`;
}

/** Whether an entry decides otherwise about some of the traffic of another. */
function differs(entry: AclEntry, other: AclEntry): boolean {
  const isOther = entry.direction === other.direction && entry.action !== other.action;
  return isOther && portsMeet(entry, other) && pairsOf(entry, other).some(({ a, b }) => overlap(a, b));
}

function portsMeet(a: AclEntry, b: AclEntry): boolean {
  if (a.protocol === 'all' || b.protocol === 'all') return true;
  return a.protocol === b.protocol && isRangeKnown(a) && isRangeKnown(b) && a.from <= b.to && b.from <= a.to;
}

function pairsOf(first: AclEntry, second: AclEntry): readonly { readonly a: AddressRange; readonly b: AddressRange }[] {
  return first.sources.filter(isRange).flatMap((a) => second.sources.filter(isRange).map((b) => ({ a: a.range, b: b.range })));
}

interface Line {
  readonly number: string;
  readonly action: string;
  readonly from: number;
  readonly to: number;
  readonly cidr: string;
  /** In Terraform; TCP when not given. */
  readonly protocol?: string;
}

const WEB: Line = { number: '100', action: 'allow', from: 443, to: 443, cidr: '10.0.0.0/16' };

const ALL: Line = { ...WEB, protocol: '-1', from: 0, to: 0 };

function hcl(...lines: readonly Line[]): string {
  const blocks = lines.map(
    ({ number, action, from, to, cidr, protocol = 'tcp' }) => `
  ingress {
    rule_no    = ${number}
    action     = "${action}"
    protocol   = "${protocol}"
    from_port  = ${from}
    to_port    = ${to}
    cidr_block = "${cidr}"
  }
`,
  );
  return `variable "unset" {\n  type = number\n}\n\nresource "aws_network_acl" "app" {\n  vpc_id = "vpc-0a1b2c3d4e5f67890"\n${blocks.join('')}}\n`;
}

function yaml(...lines: readonly Line[]): string {
  const entries = lines.map(
    ({ number, action, from, to, cidr }, index) => `  Entry${index}:
    Type: AWS::EC2::NetworkAclEntry
    Properties:
      NetworkAclId: !Ref Acl
      RuleNumber: ${number}
      RuleAction: ${action}
      Protocol: 6
      PortRange:
        From: ${from}
        To: ${to}
      CidrBlock: ${cidr}
`,
  );
  return `Parameters:
  Unset:
    Type: Number
Resources:
  Acl:
    Type: AWS::EC2::NetworkAcl
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
${entries.join('')}`;
}

export const rule = defineRule({
  id: 'aws-vpc-acl-overlap',
  title: 'Network ACL entries must not repeat or overlap each other',
  // No control of AWS Foundational Security Best Practices. MEDIUM is what another checker gives for the same number twice;
  // an entry that has no effect, or only by its number, is a trap for the next change: LOW, by the violation.
  severity: 'MEDIUM',
  targets: ACL_TARGETS,
  topics: ['nacl-duplicate-or-overlap'],
  why: 'AWS goes by the first entry that matches, so of two entries about the same traffic one does nothing, and which one it is turns with their numbers.',
  remedy: [
    'Give each entry a number of its own within its direction, with gaps, such as 100, 110 and 120.',
    'Remove what an earlier entry decides already, and cut ranges so that they do not overlap.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html'],
  controls: { nist: ['CM-6'] },
  equivalents: { cfn_nag: ['W72'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        { name: 'one entry behind one for every protocol', source: hcl(ALL, { ...WEB, number: '200' }), at: 'ingress' },
        { name: 'one entry before one for every protocol', source: hcl(WEB, { ...ALL, number: '200', cidr: '10.0.0.0/8' }), at: 'ingress' },

        {
          name: 'the same traffic once more, where only a separate rule comes after',
          source: `${hcl(WEB)}
resource "aws_network_acl_rule" "again" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = "110"
  rule_action    = "deny"
  protocol       = "6"
  from_port      = 443
  to_port        = 443
  cidr_block     = "10.0.7.0/24"
}
`,
          at: 'resource "aws_network_acl_rule" "again"',
        },
        {
          name: 'the same number in the default ACL',
          source: `resource "aws_default_network_acl" "default" {
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 80
    to_port    = 80
    cidr_block = "10.0.0.0/16"
  }

  dynamic "egress" {
    for_each = [443]
    content {
      rule_no    = 100
      action     = "allow"
      protocol   = "tcp"
      from_port  = egress.value
      to_port    = egress.value
      cidr_block = "10.0.0.0/16"
    }
  }
}
`,
          at: 'dynamic "egress"',
        },
        {
          name: 'ranges of ports that meet',
          source: hcl(
            WEB,
            { ...WEB, number: '"110"', from: 400, to: 500, action: 'allow', cidr: '192.0.2.0/24' },
            { ...WEB, number: '120', from: 450, to: 600, cidr: '192.0.2.0/24' },
          ),
          at: 'ingress',
        },
      ],
      good: [
        { name: 'different protocols', source: hcl(WEB, { ...WEB, number: '200', protocol: 'udp' }) },
        {
          name: 'ports next to each other',
          source: hcl(WEB, { ...WEB, number: '200', from: 444, to: 500 }, { ...WEB, number: '300', from: 400, to: 442 }),
        },
        { name: 'another network', source: hcl(WEB, { ...WEB, number: '200', cidr: '10.1.0.0/16' }) },
        { name: 'the only one, with a number that is not known', source: hcl({ ...WEB, number: 'var.unset' }) },
        {
          name: 'the same once more for a wider network, with a deny in between',
          source: hcl(WEB, { ...WEB, number: '150', action: 'deny', cidr: '10.0.0.0/12' }, { ...WEB, number: '200', cidr: '10.0.0.0/8' }),
        },

        { name: 'an exception before the rule', source: hcl({ ...WEB, action: 'deny', cidr: '10.0.7.0/24' }, { ...WEB, number: '110' }) },
        {
          name: 'an allow before the deny that an allow for more comes after',
          source: hcl(
            WEB,
            { ...WEB, number: '110', action: 'deny', cidr: '0.0.0.0/0' },
            { ...WEB, number: '120', from: 0, to: 65_535, cidr: '0.0.0.0/0' },
          ),
        },
        { name: 'the same ports for other networks', source: hcl(WEB, { ...WEB, number: '110', cidr: '10.1.0.0/16' }) },
        { name: 'other ports for the same network', source: hcl(WEB, { ...WEB, number: '110', from: 80, to: 80 }) },
      ],
      undecided: [{ name: 'a number is not known', source: hcl(WEB, { ...WEB, number: 'var.unset' }), at: 'var.unset' }],
    },
    cloudformation: {
      bad: [
        { name: 'the same number', source: yaml(WEB, { ...WEB, from: 80, to: 80 }), at: 'Entry1' },
        {
          name: 'ranges of ports that meet, numbers as texts',
          source: yaml({ ...WEB, from: 20, to: 30 }, { ...WEB, number: '"200"', from: 25, to: 35 }),
          at: 'Entry1',
        },
        { name: 'the same for more', source: yaml(WEB, { ...WEB, number: '200', from: 0, to: 65_535, cidr: '10.0.0.0/8' }), at: 'Entry1' },
      ],
      good: [
        { name: 'an exception before the rule', source: yaml({ ...WEB, action: 'deny', cidr: '10.0.7.0/24' }, { ...WEB, number: '110' }) },
      ],
      undecided: [{ name: 'a number is not known', source: yaml(WEB, { ...WEB, number: '!Ref Unset' }), at: '!Ref Unset' }],
    },
  },
});
