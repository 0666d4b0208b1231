/** Whose finding an ingress entry is, and which CIDRs are the world. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, RuleSet } from '../../src/domain/evaluate.ts';
import { SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { coverOfWorld, isWorld, parseCidr } from '../../src/rules/aws/ec2/cidr.ts';
import { rule as defaultGroup } from '../../src/rules/aws/ec2/default-security-group.ts';
import { rule as otherPorts } from '../../src/rules/aws/ec2/security-group-other-ports.ts';
import { rule as sensitivePorts } from '../../src/rules/aws/ec2/security-group-sensitive-ports.ts';
import { rule as ssh } from '../../src/rules/aws/ec2/security-group-ssh.ts';

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

describe('an ingress entry of a separate rule', () => {
  it('is a finding of the group that it refers to, and of nothing else', () => {
    expect(found(`resource "aws_security_group" "app" {}\n${separateRule('aws_security_group.app.id')}`)).toEqual([
      `fail aws_security_group.app: ${OPEN}`,
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
    expect(found(source)).toEqual([`fail aws_security_group.b: ${OPEN}`]);
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
    expect(found(entry('GroupId: !GetAtt App.GroupId'))).toEqual([`fail App: ${OPEN}`]);
    expect(found(entry('GroupName: !Ref App'))).toEqual([`fail App: ${OPEN}`]);
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
      'fail aws_security_group.app: Ports 20 (FTP data), 21 (FTP) and 23 (Telnet) are open to every IPv4 address: "0.0.0.0/0" may reach tcp 20-23; only those who use the service may reach it.',
    ]);
    expect(found(entry('20', '25'), sensitivePorts)).toEqual([
      'fail aws_security_group.app: Ports 20 (FTP data), 21 (FTP), 23 (Telnet) and 1 more are open to every IPv4 address: "0.0.0.0/0" may reach tcp 20-25; only those who use the service may reach it.',
    ]);
  });

  it('names ranges that only together are the world', () => {
    const open = (rest: string): string[] => [
      `fail aws_security_group.app: Port 22 (SSH) is open to every IPv4 address: "0.0.0.0/1" and ${rest} leave none out; ${INSTEAD}.`,
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
      'fail aws_security_group.app: A port other than 80 (HTTP) and 443 (HTTPS) is open to every IPv4 address: "0.0.0.0/0" may reach tcp 8443-unknown; only those who need it may reach it.',
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
