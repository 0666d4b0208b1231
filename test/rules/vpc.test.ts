/** What the rules about networks make of several resources together. */
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/domain/rule.ts';
import { evaluate, RuleSet } from '../../src/domain/evaluate.ts';
import { SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { rule as deletionProtection } from '../../src/rules/aws/network-firewall/deletion-protection.ts';
import { rule as aclAllPorts } from '../../src/rules/aws/vpc/acl-all-ports.ts';
import { rule as aclOpenAllPorts } from '../../src/rules/aws/vpc/acl-open-all-ports.ts';
import { rule as aclOpenFtp } from '../../src/rules/aws/vpc/acl-open-ftp.ts';
import { rule as aclOpenSsh } from '../../src/rules/aws/vpc/acl-open-ssh.ts';
import { rule as aclOverlap } from '../../src/rules/aws/vpc/acl-overlap.ts';
import { rule as defaultVpc } from '../../src/rules/aws/vpc/default-vpc.ts';
import { rule as endpointRoutes } from '../../src/rules/aws/vpc/endpoint-routes.ts';
import { rule as flowLogs } from '../../src/rules/aws/vpc/flow-logs.ts';

function workspace(source: string): ReturnType<typeof createWorkspace> {
  return createWorkspace([new SourceText(source.includes('Resources:') ? 'template.yaml' : 'main.tf', source)]);
}

/** `outcome severity address: message` of each finding. */
function found(source: string, rule: Rule): string[] {
  const rules = new RuleSet([rule]);
  return workspace(source)
    .resources.flatMap((resource) => evaluate(resource, rules))
    .map(({ outcome, severity, address, message }) => `${outcome} ${severity} ${address}: ${message}`);
}

interface Line {
  readonly number: number | string;
  readonly action?: string;
  readonly ports?: readonly [number, number];
  readonly cidr?: string;
  readonly egress?: boolean;
}

/** A network ACL whose entries are resources of their own: `aws_network_acl_rule.e0`, `e1` and so on. */
function acl(...lines: readonly Line[]): string {
  const rules = lines.map(
    ({ number, action = 'allow', ports: [from, to] = [22, 22], cidr = '0.0.0.0/0', egress = false }, index) => `
resource "aws_network_acl_rule" "e${index}" {
  network_acl_id = aws_network_acl.app.id
  rule_number    = ${number}
  egress         = ${egress}
  rule_action    = "${action}"
  protocol       = "tcp"
  from_port      = ${from}
  to_port        = ${to}
  cidr_block     = "${cidr}"
}
`,
  );
  return `variable "unset" {
  type = number
}
resource "aws_network_acl" "app" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}
${rules.join('')}`;
}

const INSTEAD = 'only the networks that administer the instances may reach it';
const OPEN = `fail MEDIUM aws_network_acl_rule.e0: Port 22 (SSH) is open to every IPv4 address: entry 200 allows "0.0.0.0/0"; ${INSTEAD}.`;

describe('an entry of a network ACL', () => {
  it('lets nothing in behind a deny of the same', () => {
    expect(found(acl({ number: 200 }, { number: 100, action: 'deny' }), aclOpenSsh)).toEqual([]);
    expect(found(acl({ number: 200 }, { number: 100, action: 'deny', ports: [20, 30] }), aclOpenSsh)).toEqual([]);
  });

  it('lets all but one port in behind a deny of that one', () => {
    const wide = acl({ number: 200, ports: [0, 1023] }, { number: 100, action: 'deny' });
    expect(found(wide, aclOpenSsh)).toEqual([]);
    expect(found(wide, aclOpenFtp)).toEqual([
      'fail MEDIUM aws_network_acl_rule.e0: Ports 20 (FTP data) and 21 (FTP) are open to every IPv4 address: entry 200 allows "0.0.0.0/0"; nobody but those who need it may reach it.',
    ]);
  });

  it.each([
    ['comes after it', { number: 300, action: 'deny' }],
    ['is for other ports', { number: 100, action: 'deny', ports: [23, 30] }],
    ['is for some addresses', { number: 100, action: 'deny', cidr: '10.0.0.0/8' }],
    ['is for what goes out', { number: 100, action: 'deny', egress: true }],
    ['is an allow', { number: 100, ports: [22, 23], cidr: '10.0.0.0/8' }],
  ] as const)('is open where the deny %s', (_, other) => {
    expect(found(acl({ number: 200 }, other), aclOpenSsh)).toEqual([OPEN]);
  });

  it('is undecided where a number that is not known decides', () => {
    const undecided = (address: string): string =>
      `undecided MEDIUM ${address}: Whether port 22 (SSH) is open to the world cannot be told: rule_number is not known (var.unset has no value here); ${INSTEAD}.`;
    expect(found(acl({ number: 200 }, { number: 'var.unset', action: 'deny' }), aclOpenSsh)).toEqual([
      undecided('aws_network_acl_rule.e0'),
    ]);
    expect(found(acl({ number: 'var.unset' }, { number: 100, action: 'deny' }), aclOpenSsh)).toEqual([
      undecided('aws_network_acl_rule.e0'),
    ]);
  });

  it('counts together with others for the halves of the world, at the one with the first addresses', () => {
    expect(found(acl({ number: 100, cidr: '128.0.0.0/1' }, { number: 200, cidr: '0.0.0.0/1' }), aclOpenSsh)).toEqual([
      `fail MEDIUM aws_network_acl_rule.e1: Port 22 (SSH) is open to every IPv4 address: "0.0.0.0/1" and "128.0.0.0/1" leave none out; ${INSTEAD}.`,
    ]);
    expect(found(acl({ number: 100, cidr: '128.0.0.0/2' }, { number: 200, cidr: '0.0.0.0/1' }), aclOpenSsh)).toEqual([]);
    expect(
      found(
        acl(
          { number: 100, cidr: '128.0.0.0/2' },
          { number: 200, cidr: '0.0.0.0/1' },
          { number: 300, cidr: '192.0.0.0/2', ports: [20, 25] },
          { number: 10, cidr: '192.0.0.0/2', action: 'deny' },
        ),
        aclOpenSsh,
      ),
    ).toEqual([]);
  });

  it('is one finding when it opens everything', () => {
    const everything = acl({ number: 100, ports: [0, 65_535] });
    expect([...found(everything, aclOpenSsh), ...found(everything, aclAllPorts), ...found(everything, aclOpenAllPorts)]).toEqual([
      'fail MEDIUM aws_network_acl_rule.e0: Every port is open to every IPv4 address: entry 100 allows "0.0.0.0/0"; only the ports that the subnet serves may be.',
    ]);
  });

  it('is for egress where it says so, and undecided where that is not known', () => {
    const entry = (egress: string): string => `variable "unset" {
  type = bool
}
resource "aws_network_acl_rule" "e" {
  egress      = ${egress}
  rule_number = 100
  rule_action = "allow"
  protocol    = "tcp"
  from_port   = 22
  to_port     = 22
  cidr_block  = "0.0.0.0/0"
}
`;
    expect(found(entry('"true"'), aclOpenSsh)).toEqual([]);
    expect(found(entry('var.unset'), aclOpenSsh)).toEqual([
      `undecided MEDIUM aws_network_acl_rule.e: Whether port 22 (SSH) is open to the world cannot be told: egress is not known (var.unset has no value here); ${INSTEAD}.`,
    ]);
  });

  it('is not compared with those of another instance of the ACL', () => {
    const source = `resource "aws_network_acl" "app" {
  count  = 2
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}
resource "aws_network_acl_rule" "ssh" {
  count          = 2
  network_acl_id = aws_network_acl.app[count.index].id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "tcp"
  from_port      = 22
  to_port        = 22
  cidr_block     = "10.0.0.0/16"
}
`;
    expect(found(source, aclOverlap)).toEqual([]);
  });
});

describe('entries of a network ACL that meet', () => {
  const MUST = 'each entry must decide about traffic of its own';

  it('are worse with the same number', () => {
    expect(found(acl({ number: 100, ports: [80, 80] }, { number: 100, ports: [443, 443] }), aclOverlap)).toEqual([
      `fail MEDIUM aws_network_acl_rule.e1: Entry 100 has the number of another one in the same direction, which AWS refuses; ${MUST}.`,
    ]);
  });

  it('may have the same number in different directions', () => {
    expect(found(acl({ number: 100 }, { number: 100, egress: true }), aclOverlap)).toEqual([]);
  });

  it('are named by the one that comes first', () => {
    expect(found(acl({ number: 300, cidr: '10.0.0.0/8' }, { number: 100, ports: [20, 25], action: 'deny' }), aclOverlap)).toEqual([
      `fail LOW aws_network_acl_rule.e0: Entry 300 never decides, as entry 100 does so before it for all that it is about; ${MUST}.`,
    ]);
  });
});

describe('a flow log', () => {
  const vpcs = (log: string): string => `resource "aws_vpc" "main" {
  for_each   = toset(["live", "test"])
  cidr_block = "10.0.0.0/16"
}
resource "aws_flow_log" "main" {
  ${log}
  traffic_type = "ALL"
}
`;
  const missing = ['fail MEDIUM aws_vpc.main: No flow log is declared for the VPC; one must record at least what is rejected.'];

  it('is for the VPC of the same key', () => {
    expect(found(vpcs('for_each = toset(["live", "test"])\n  vpc_id = aws_vpc.main[each.key].id'), flowLogs)).toEqual([]);
    expect(found(vpcs('for_each = toset(["live"])\n  vpc_id = aws_vpc.main[each.key].id'), flowLogs)).toEqual(missing);
  });

  it('is for the one VPC that it names', () => {
    expect(found(vpcs('vpc_id = aws_vpc.main["test"].id'), flowLogs)).toEqual(missing);
  });
});

it('a subnet in the default VPC uses it', () => {
  const source = `resource "aws_default_vpc" "this" {}
resource "aws_subnet" "app" {
  vpc_id = aws_default_vpc.this.id
}
`;
  expect(found(source, defaultVpc)).toEqual([
    'fail MEDIUM aws_default_vpc.this: The default VPC is taken over; use a VPC that is made for the purpose.',
    'fail MEDIUM aws_subnet.app: The subnet is in the default VPC, aws_default_vpc.this; use a VPC that is made for the purpose.',
  ]);
});

it('the main route table of a VPC is that of its subnets', () => {
  const source = `resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [aws_vpc.main.main_route_table_id]
}
`;
  expect(found(source, endpointRoutes)).toEqual([]);
});

describe('the script that protects a firewall', () => {
  const script = (name: string): unknown => {
    const [instance] = workspace(`variable "unset" {
  type = string
}
resource "aws_networkfirewall_firewall" "edge" {
  name = ${name}
}
`).resources.flatMap(({ instances }) => instances);
    return instance === undefined ? undefined : deletionProtection.script?.(instance);
  };

  it('shows the state, then turns the protection on', () => {
    expect(script('"edge"')).toEqual([
      ['aws', 'network-firewall', 'describe-firewall', '--firewall-name=edge', '--query=Firewall.DeleteProtection'],
      ['aws', 'network-firewall', 'update-firewall-delete-protection', '--firewall-name=edge', '--delete-protection'],
    ]);
  });

  it.each(['var.unset', '"-edge"', '"edge; reboot"', 'sensitive("edge")'])('is not given for the name %s', (name) => {
    expect(script(name)).toBeNull();
  });
});
