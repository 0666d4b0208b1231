/** Whose finding an ingress entry is, and which CIDRs are the world. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, RuleSet } from '../../src/domain/evaluate.ts';
import { SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { coverOfWorld, encloses, isPrivate, isWide, isWorld, overlap, parseCidr } from '../../src/rules/aws/network/cidr.ts';
import { rule as defaultGroup } from '../../src/rules/aws/security-group/default.ts';
import { rule as egressAllPorts } from '../../src/rules/aws/security-group/egress-all-ports.ts';
import { rule as egressOpen } from '../../src/rules/aws/security-group/egress-open.ts';
import { rule as wideNetwork } from '../../src/rules/aws/security-group/ingress-wide-network.ts';
import { rule as otherPorts } from '../../src/rules/aws/security-group/other-ports.ts';
import { rule as sensitivePorts } from '../../src/rules/aws/security-group/sensitive-ports.ts';
import { rule as ssh } from '../../src/rules/aws/security-group/ssh.ts';

/** `outcome address: message` of each finding. */
function found(source: string, rule = ssh): string[] {
  const file = source.includes('Resources:') ? 'template.yaml' : 'main.tf';
  const { resources } = createWorkspace([new SourceText(file, source)]);
  const rules = new RuleSet([rule]);
  return resources
    .flatMap((resource) => evaluate(resource, rules))
    .map(({ outcome, address, message }) => `${outcome} ${address}: ${message}`);
}

const INSTEAD = 'only the networks that administer the instances may reach it';

function separateRule(group: string, more = ''): string {
  return `resource "aws_security_group_rule" "ssh" {
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = ${group}
  ${more}
}
`;
}

const OPEN = `Port 22 (SSH) is open to every IPv4 address: "0.0.0.0/0" may reach tcp 22; ${INSTEAD}.`;
const UNUSED = OPEN.replace(';', ', though nothing here uses the group;');

describe('an ingress entry of a separate rule', () => {
  it('is a finding of the group that it refers to, and of nothing else', () => {
    expect(found(`resource "aws_security_group" "app" {}\n${separateRule('aws_security_group.app.id')}`)).toEqual([
      `fail aws_security_group.app: ${UNUSED}`,
    ]);
  });

  it('is a finding of the rule itself where the group is declared elsewhere', () => {
    expect(found(separateRule('"sg-0123456789abcdef0"'))).toEqual([`fail aws_security_group_rule.ssh: ${OPEN}`]);
  });

  it('does not belong to a group that it only names as a source', () => {
    const source = `resource "aws_security_group" "app" {}\n${separateRule('"sg-0123456789abcdef0"', 'source_security_group_id = aws_security_group.app.id')}`;
    expect(found(source)).toEqual([`fail aws_security_group_rule.ssh: ${OPEN}`]);
  });

  it('is a finding of the rule itself where it belongs to one of two groups', () => {
    const source = `variable "first" {
  type = bool
}
resource "aws_security_group" "a" {}
resource "aws_security_group" "b" {}
${separateRule('var.first ? aws_security_group.a.id : aws_security_group.b.id')}`;
    expect(found(source)).toEqual([`fail aws_security_group_rule.ssh: ${OPEN}`]);
  });

  it('belongs, instance by instance, to the group that the instance refers to', () => {
    const source = `resource "aws_security_group" "a" {}
resource "aws_security_group" "b" {}
resource "aws_vpc_security_group_ingress_rule" "ssh" {
  for_each          = { a = "10.0.0.0/8", b = "0.0.0.0/0" }
  security_group_id = each.key == "a" ? aws_security_group.a.id : aws_security_group.b.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = each.value
}
`;
    expect(found(source)).toEqual([`fail aws_security_group.b: ${UNUSED}`]);
  });

  it('belongs to the group that CloudFormation names by id or by name', () => {
    const entry = (group: string): string => `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
  Ssh:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      ${group}
      IpProtocol: tcp
      FromPort: 22
      ToPort: 22
      CidrIp: 0.0.0.0/0
`;
    expect(found(entry('GroupId: !GetAtt App.GroupId'))).toEqual([`fail App: ${UNUSED}`]);
    expect(found(entry('GroupName: !Ref App'))).toEqual([`fail App: ${UNUSED}`]);
  });

  it('adds to what the default group allows only where it certainly belongs to it', () => {
    const group = 'resource "aws_default_security_group" "this" {}\n';
    expect(found(group + separateRule('aws_default_security_group.this.id'), defaultGroup)).toEqual([
      'fail aws_default_security_group.this: aws_security_group_rule.ssh adds a rule; the default security group must allow no traffic.',
    ]);
    expect(
      found(group + separateRule('"sg-0123456789abcdef0"', 'source_security_group_id = aws_default_security_group.this.id'), defaultGroup),
    ).toEqual([]);
  });
});

describe('how bad an open port is', () => {
  const group = `variable "unset" {
  type = string
}
resource "aws_security_group" "app" {
  name = "app"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_subnet" "inner" {
  cidr_block = "10.0.1.0/24"
}
resource "aws_subnet" "outer" {
  cidr_block              = "10.0.2.0/24"
  map_public_ip_on_launch = true
}
`;
  const judged = (more: string): string[] => {
    const { resources } = createWorkspace([new SourceText('main.tf', group + more)]);
    return resources
      .flatMap((resource) => evaluate(resource, new RuleSet([ssh])))
      .map(({ severity, message }) => `${severity} ${/, (?<why>though[^;]*);/u.exec(message)?.groups?.['why'] ?? ''}`);
  };
  const instance = (...lines: readonly string[]): string =>
    `resource "aws_instance" "app" {\n  ${['vpc_security_group_ids = [aws_security_group.app.id]', ...lines].join('\n  ')}\n}\n`;
  const WORST = 'CRITICAL ';
  const INSIDE = 'HIGH though what uses the group has no public address';

  it('is less where nothing uses the group', () => {
    expect(judged('')).toEqual(['HIGH though nothing here uses the group']);
    expect(
      judged(`resource "aws_security_group_rule" "own" {
  type                     = "ingress"
  from_port                = 80
  to_port                  = 80
  protocol                 = "tcp"
  security_group_id        = "sg-0123456789abcdef0"
  source_security_group_id = aws_security_group.app.id
}
`),
    ).toEqual(['HIGH though nothing here uses the group']);
  });

  it.each([
    ['a public address', WORST, instance('associate_public_ip_address = true')],
    ['a subnet that gives out public addresses', WORST, instance('subnet_id = aws_subnet.outer.id')],
    ['a subnet that is declared elsewhere', WORST, instance('subnet_id = "subnet-0123456789abcdef0"')],
    ['a subnet that gives out none', INSIDE, instance('subnet_id = aws_subnet.inner.id')],
    ['no public address', INSIDE, instance('associate_public_ip_address = false', 'subnet_id = aws_subnet.outer.id')],
    ['an address that is not known', WORST, instance('associate_public_ip_address = var.unset')],
    [
      'an Elastic IP',
      WORST,
      `${instance('associate_public_ip_address = false')}resource "aws_eip" "app" {\n  instance = aws_instance.app.id\n}\n`,
    ],
    ['an IPv6 address', WORST, instance('associate_public_ip_address = false', 'ipv6_address_count = 1')],
  ])('with an instance that has %s', (_, expected, more) => {
    expect(judged(more)).toEqual([expected]);
  });

  it.each([
    [
      'an internal load balancer',
      INSIDE,
      'resource "aws_lb" "app" {\n  internal        = true\n  security_groups = [aws_security_group.app.id]\n}\n',
    ],
    ['a public load balancer', WORST, 'resource "aws_lb" "app" {\n  security_groups = [aws_security_group.app.id]\n}\n'],
    ['a database', INSIDE, 'resource "aws_db_instance" "app" {\n  vpc_security_group_ids = [aws_security_group.app.id]\n}\n'],
    ['a launch template', WORST, 'resource "aws_launch_template" "app" {\n  vpc_security_group_ids = [aws_security_group.app.id]\n}\n'],
    ['an instance that may use it', WORST, 'resource "aws_instance" "app" {\n  vpc_security_group_ids = var.unset\n}\n'],
  ])('with %s', (_, expected, more) => {
    expect(judged(more)).toEqual([expected]);
  });
});

describe('a rule for one of several instances of a group', () => {
  it('is judged with that instance', () => {
    const source = `resource "aws_security_group" "app" {
  for_each = toset(["open", "shut"])
}
resource "aws_vpc_security_group_ingress_rule" "ssh" {
  for_each          = { open = "0.0.0.0/0", shut = "10.0.0.0/16" }
  security_group_id = aws_security_group.app[each.key].id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = each.value
}
`;
    const { resources } = createWorkspace([new SourceText('main.tf', source)]);
    const findings = resources.flatMap((resource) => evaluate(resource, new RuleSet([ssh])));
    expect(findings.map(({ address, instances }) => [address, ...instances])).toEqual([
      ['aws_security_group.app', 'aws_security_group.app["open"]'],
    ]);
  });
});

describe('a prefix list', () => {
  const source = (entries: string, lists: string): string => `resource "aws_ec2_managed_prefix_list" "clients" {
  name           = "clients"
  address_family = "IPv4"
  max_entries    = 2
  ${entries}
}
resource "aws_vpc_endpoint" "s3" {
  service_name = "com.amazonaws.eu-west-1.s3"
}
resource "aws_security_group" "app" {
  ingress {
    from_port       = 22
    to_port         = 22
    protocol        = "tcp"
    prefix_list_ids = ${lists}
  }
}
`;
  const entry = (cidr: string): string => `entry {\n    cidr = "${cidr}"\n  }\n`;
  const CLIENTS = '[aws_ec2_managed_prefix_list.clients.id]';

  it('stands for what it holds', () => {
    expect(found(source(entry('0.0.0.0/0'), CLIENTS))).toEqual([
      UNUSED.replace('"0.0.0.0/0"', '"0.0.0.0/0" of aws_ec2_managed_prefix_list.clients').replace(/^/u, 'fail aws_security_group.app: '),
    ]);
    expect(found(source(entry('10.0.0.0/16'), CLIENTS))).toEqual([]);
    expect(found(source(entry('0.0.0.0/1') + entry('128.0.0.0/1'), CLIENTS))).toEqual([
      `fail aws_security_group.app: Port 22 (SSH) is open to every IPv4 address: "0.0.0.0/1" of aws_ec2_managed_prefix_list.clients and "128.0.0.0/1" of aws_ec2_managed_prefix_list.clients leave none out, though nothing here uses the group; ${INSTEAD}.`,
    ]);
  });

  it('of a gateway endpoint is that of an AWS service', () => {
    expect(found(source(entry('0.0.0.0/0'), '[aws_vpc_endpoint.s3.prefix_list_id]'))).toEqual([]);
  });

  it('that is declared elsewhere may hold anything', () => {
    expect(found(source(entry('10.0.0.0/16'), '["pl-0123456789abcdef0"]'))).toEqual([
      `undecided aws_security_group.app: Whether port 22 (SSH) is open to the world cannot be told: what the prefix list ingress.prefix_list_ids holds is not declared here; ${INSTEAD}.`,
    ]);
  });
});

describe('what goes out', () => {
  const rule = (type: string, protocol = '"-1"'): string => `variable "unset" {
  type = string
}
resource "aws_security_group_rule" "app" {
  type              = ${type}
  from_port         = 0
  to_port           = 0
  protocol          = ${protocol}
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = "sg-0123456789abcdef0"
}
`;

  it('is told from what comes in', () => {
    expect(found(rule('"egress"'), egressAllPorts)).toEqual([
      'fail aws_security_group_rule.app: "0.0.0.0/0" lets every protocol and port out to every IPv4 address; only the ports that are used may be.',
    ]);
    expect(found(rule('"ingress"'), egressAllPorts)).toEqual([]);
  });

  it('is undecided where the direction is not known', () => {
    expect(found(rule('var.unset'), egressAllPorts)).toEqual([
      'undecided aws_security_group_rule.app: Whether every protocol and port may leave for every address cannot be told: type is not known (var.unset has no value here); only the ports that are used may be.',
    ]);
  });

  it('is something or everything, which are two rules', () => {
    expect(found(rule('"egress"'), egressOpen)).toEqual([]);
    expect(found(rule('"egress"', '"icmp"'), egressAllPorts)).toEqual([]);
    expect(found(rule('"egress"', '"icmp"'), egressOpen)).toEqual([
      'fail aws_security_group_rule.app: "0.0.0.0/0" lets icmp 0 out to every IPv4 address; only the networks that are needed may be reached.',
    ]);
  });
});

describe('a wide network', () => {
  const source = (cidr: string): string => `resource "aws_vpc_security_group_ingress_rule" "db" {
  security_group_id = "sg-0123456789abcdef0"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  ${cidr.includes(':') ? 'cidr_ipv6' : 'cidr_ipv4'} = "${cidr}"
}
`;

  it.each(['10.0.0.0/8', '10.2.0.0/15', '192.168.0.0/16', '52.0.0.0/10', '2a00::/12', 'fc00::/7'])('is %s', (cidr) => {
    expect(found(source(cidr), wideNetwork)).toEqual([
      `fail aws_vpc_security_group_ingress_rule.db: "${cidr}" holds more than one VPC can, and port 5432 (PostgreSQL) is open to it; only those who use the service may reach it.`,
    ]);
  });

  it.each(['10.2.0.0/16', '172.16.0.0/16', '192.168.0.0/17', '2a05:d018::/44'])('is not %s', (cidr) => {
    expect(found(source(cidr), wideNetwork)).toEqual([]);
  });
});

describe('the message', () => {
  const entry = (from: string, to: string, cidrs = '["0.0.0.0/0"]'): string => `variable "to" {
  type = number
}
resource "aws_security_group" "app" {
  ingress {
    from_port   = ${from}
    to_port     = ${to}
    protocol    = "tcp"
    cidr_blocks = ${cidrs}
  }
}
`;

  it('lists three ports and says how many more there are', () => {
    expect(found(entry('20', '23'), sensitivePorts)).toEqual([
      'fail aws_security_group.app: Ports 20 (FTP data), 21 (FTP) and 23 (Telnet) are open to every IPv4 address: "0.0.0.0/0" may reach tcp 20-23, though nothing here uses the group; only those who use the service may reach it.',
    ]);
    expect(found(entry('20', '25'), sensitivePorts)).toEqual([
      'fail aws_security_group.app: Ports 20 (FTP data), 21 (FTP), 23 (Telnet) and 1 more are open to every IPv4 address: "0.0.0.0/0" may reach tcp 20-25, though nothing here uses the group; only those who use the service may reach it.',
    ]);
  });

  it('names ranges that only together are the world', () => {
    const open = (rest: string): string[] => [
      `fail aws_security_group.app: Port 22 (SSH) is open to every IPv4 address: "0.0.0.0/1" and ${rest} leave none out, though nothing here uses the group; ${INSTEAD}.`,
    ];
    expect(found(entry('22', '22', '["128.0.0.0/1", "0.0.0.0/1"]'))).toEqual(open('"128.0.0.0/1"'));
    expect(found(entry('22', '22', '["128.0.0.0/2", "0.0.0.0/1", "192.0.0.0/2"]'))).toEqual(open('2 other ranges'));
    expect(found(entry('22', '22', '["128.0.0.0/2", "0.0.0.0/1", "192.0.0.0/3"]'))).toEqual([]);
  });

  it('says what a value is that is neither port nor CIDR', () => {
    expect(found(entry('"ssh"', '22'))).toEqual([
      `undecided aws_security_group.app: Whether port 22 (SSH) is open to the world cannot be told: ingress.from_port is "ssh", not a port; ${INSTEAD}.`,
    ]);
    expect(found(entry('22', '22', '["anywhere"]'))).toEqual([
      `undecided aws_security_group.app: Whether port 22 (SSH) is open to the world cannot be told: ingress.cidr_blocks is "anywhere", not a CIDR; ${INSTEAD}.`,
    ]);
  });

  it('says of a range that ends nobody knows where that it is open at its known end', () => {
    expect(found(entry('8443', 'var.to'), otherPorts)).toEqual([
      'fail aws_security_group.app: A port other than 80 (HTTP) and 443 (HTTPS) is open to every IPv4 address: "0.0.0.0/0" may reach tcp 8443-unknown, though nothing here uses the group; only those who need it may reach it.',
    ]);
  });
});

describe('a protocol', () => {
  const entry = (protocol: string, from: string, to: string): string => `variable "unset" {
  type = string
}
resource "aws_security_group" "app" {
  ingress {
    from_port   = ${from}
    to_port     = ${to}
    protocol    = ${protocol}
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`;

  it.each(['"icmp"', '"icmpv6"', '"50"', '"udp"'])('%s does not reach SSH', (protocol) => {
    expect(found(entry(protocol, '0', '65535'))).toEqual([]);
  });

  it('that is not known reaches SSH only where Terraform allows it together with the ports', () => {
    const undecided = `undecided aws_security_group.app: Whether port 22 (SSH) is open to the world cannot be told: ingress.protocol is not known (var.unset has no value here); ${INSTEAD}.`;
    expect(found(entry('var.unset', '0', '0'))).toEqual([undecided]);
    expect(found(entry('var.unset', '443', 'var.unset'))).toEqual([]);
    expect(found(entry('var.unset', 'var.unset', '21'))).toEqual([]);
  });

  it('that is no text is not known', () => {
    expect(found(entry('["tcp"]', '22', '22'))).toEqual([
      `undecided aws_security_group.app: Whether port 22 (SSH) is open to the world cannot be told: ingress.protocol is a list of 1, not a protocol; ${INSTEAD}.`,
    ]);
  });
});

describe('a CIDR', () => {
  it.each(['0.0.0.0/0', '0.0.0.0/00', '10.1.2.3/0', '::/0', '::0/0', '0:0:0:0:0:0:0:0/0', '2001:db8::/0', '::ffff:10.0.0.1/0'])(
    '%s is the world',
    (text) => {
      const range = parseCidr(text);
      expect(range === null ? 'no CIDR' : isWorld(range)).toBe(true);
    },
  );

  it.each(['10.0.0.0/8', '0.0.0.0/1', '0.0.0.0', '::', '::/1', 'fe80::1', '255.255.255.255/32', '1:2:3:4:5:6:7:8'])(
    '%s is a part of it',
    (text) => {
      const range = parseCidr(text);
      expect(range === null ? 'no CIDR' : isWorld(range)).toBe(false);
    },
  );

  it.each([
    '',
    '/0',
    '0.0.0.0/',
    '0.0.0.0/33',
    '::/129',
    '256.0.0.0/0',
    '1.2.3/0',
    '1.2.3.4.5/0',
    '0.0.0.0/-1',
    '0.0.0.0/0/0',
    '::1::/0',
    '1:2:3:4:5:6:7/0',
    '1:2:3:4:5:6:7:8:9/0',
    'g::/0',
    '1.2.3.4::/0',
    'anywhere',
  ])('%j is none', (text) => {
    expect(parseCidr(text)).toBeNull();
  });

  it.each([
    ['10.1.2.3/8', '10.0.0.0', '10.255.255.255'],
    [' 192.0.2.1 ', '192.0.2.1', '192.0.2.1'],
    ['198.51.100.7/31', '198.51.100.6', '198.51.100.7'],
    ['0.0.0.0/00001', '', ''],
    ['0.0.0.0/1x', '', ''],
    ['1x.0.0.0/1', '', ''],
    ['x1.0.0.0/1', '', ''],
    ['0001.0.0.0/1', '', ''],
  ])('%j is from %j to %j', (text, first, last) => {
    const range = parseCidr(text);
    expect(range === null ? ['', ''] : [address(Number(range.first)), address(Number(range.last))]).toEqual([first, last]);
  });

  it.each([
    ['2001:db8::1/128', 0x20010db8_00000000_00000000_00000001n],
    ['2001:DB8::1', 0x20010db8_00000000_00000000_00000001n],
    ['1:2:3:4:5:6:7:8', 0x00010002_00030004_00050006_00070008n],
    ['1:2:3:4:5:6:192.0.2.1', 0x00010002_00030004_00050006_c0000201n],
    ['::ffff:192.0.2.1', 0xffff_c0000201n],
    ['1::', 0x00010000_00000000_00000000_00000000n],
    ['1:2:3:4:5:6:7::', 0x00010002_00030004_00050006_00070000n],
  ])('%j is one IPv6 address', (text, value) => {
    const range = parseCidr(text);
    expect(range === null ? [] : [range.first, range.last]).toEqual([value, value]);
  });

  it.each([
    ['10.0.0.0/15', '10.0.0.0/16'],
    ['10.0.0.0/8', '10.0.0.0/9'],
    ['172.16.0.0/12', '172.31.0.0/16'],
    ['192.168.0.0/16', '192.168.128.0/17'],
    ['2001:db8::/43', '2001:db8::/44'],
  ])('%s is wider than a VPC can be and encloses %s, which is not', (wide, narrow) => {
    const ranges = [wide, narrow].map(parseCidr).filter((range) => range !== null);
    const [outer, inner] = ranges;
    expect(ranges.map(isWide)).toEqual([true, narrow === '10.0.0.0/9']);
    expect(outer !== undefined && inner !== undefined && [encloses(outer, inner), encloses(inner, outer)]).toEqual([true, false]);
    expect(outer !== undefined && inner !== undefined && [overlap(outer, inner), overlap(inner, outer)]).toEqual([true, true]);
  });

  it.each([
    ['10.0.0.0/24', '10.0.1.0/24'],
    ['10.0.0.0/32', '10.0.0.1/32'],
    ['0.0.0.0/0', '::/0'],
    ['::/0', '0.0.0.0/0'],
  ])('%s and %s have no address in common', (one, other) => {
    const [a, b] = [parseCidr(one), parseCidr(other)];
    expect(a === null || b === null ? null : [overlap(a, b), overlap(b, a), encloses(a, b), encloses(b, a)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it.each(['10.0.0.0/8', '10.200.0.0/16', '172.16.0.0/12', '172.31.255.255/32', '192.168.3.0/24', 'fc00::/7', 'fd12::/16'])(
    '%s is private',
    (text) => {
      const range = parseCidr(text);
      expect(range !== null && isPrivate(range)).toBe(true);
    },
  );

  it.each(['11.0.0.0/8', '172.32.0.0/16', '192.169.0.0/24', 'fe00::/16'])('%s is not private', (text) => {
    const range = parseCidr(text);
    expect(range !== null && isPrivate(range)).toBe(false);
  });

  it('of another version covers nothing', () => {
    expect(covers(['0.0.0.0/1', '::/0'])).toBe(false);
    expect(covers(['::/0'])).toBe(false);
    expect(covers(['0.0.0.0/1', '128.0.0.0/1', '::/0'])).toBe(true);
  });

  it('that others hold already is not part of a cover', () => {
    const items = ['0.0.0.0/1', '0.0.0.0/2', '10.0.0.0/8', '128.0.0.0/1'].map((text) => ({ text, range: parseCidr(text) }));
    const known = items.flatMap(({ text, range }) => (range === null ? [] : [{ text, range }]));
    expect(coverOfWorld(known, 4)?.map(({ text }) => text)).toEqual(['0.0.0.0/1', '128.0.0.0/1']);
  });

  it('split in two leaves the world covered; without one part it is not', () => {
    const parts = (text: string, length: number, depth: number[]): string[] => {
      const [cut, ...rest] = depth;
      if (cut === undefined) return [`${text}/${length}`];
      const other = address(number(text) + 2 ** (31 - length));
      return cut % 2 === 0
        ? [...parts(text, length + 1, rest), `${other}/${length + 1}`]
        : [`${text}/${length + 1}`, ...parts(other, length + 1, rest)];
    };
    fc.assert(
      fc.property(fc.array(fc.nat(1), { minLength: 1, maxLength: 32 }), fc.nat(), (depth, drop) => {
        const all = parts('0.0.0.0', 0, depth);
        const kept = all.filter((_, index) => index !== drop % all.length);
        expect(covers(all)).toBe(true);
        expect(covers(kept)).toBe(false);
      }),
    );
  });
});

function covers(texts: readonly string[]): boolean {
  const items = texts
    .map((text) => parseCidr(text))
    .filter((range) => range !== null)
    .map((range) => ({ range }));
  expect(items.length).toBe(texts.length);
  return coverOfWorld(items, 4) !== null;
}

function number(text: string): number {
  return text.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

function address(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

describe('a CIDR of which only a part is known', () => {
  function terraform(cidr: string): string {
    return `variable "office" {
  type = string
}
resource "aws_security_group" "app" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["${cidr}"]
  }
}
`;
  }

  it.each(['${var.office}/32', '10.${var.office}.0.0/16', '${var.office}/8'])(
    'cannot be the world when its length is known to be long: %s',
    (cidr) => {
      expect(found(terraform(cidr))).toEqual([]);
    },
  );

  it.each(['${var.office}', '${var.office}/0', '0.0.0.0/${var.office}', '${var.office}/1'])('may be the world otherwise: %s', (cidr) => {
    expect(found(terraform(cidr))).toEqual([expect.stringMatching(/^undecided aws_security_group\.app: .*var\.office has no value here/u)]);
  });

  it('is read alike in CloudFormation', () => {
    const template = (cidr: string): string => `Parameters:
  Office:
    Type: String
Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: ${cidr}
`;
    expect(found(template('!Sub ${Office}/32'))).toEqual([]);
    expect(found(template('!Sub ${Office}/0'))).toEqual([expect.stringMatching(/^undecided App: .*Office/u)]);
  });
});
