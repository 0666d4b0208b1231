/**
 * Who may reach what: the ingress entries of a security group from all the places they are declared at,
 * and which ports they open to the world.
 *
 * An entry of a rule resource belongs to the security group that the rule resource certainly refers to,
 * and is judged there; without one the rule resource answers for itself. So each entry is judged once.
 * A link that is not certain hides nothing: an entry open to the world is wrong in whichever group it ends up.
 */
import type { Instance, Resource } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import type { Span } from '../../../domain/source.ts';
import type { Value } from '../../../domain/value.ts';
import { all, asNumber, asString, at } from '../../../domain/value.ts';
import { elements, seen } from '../../attribute.ts';
import type { AddressRange } from './cidr.ts';
import { coverOfWorld, isWorld, parseCidr } from './cidr.ts';
import type { Ports } from './ports.ts';
import { ALL_PORTS } from './ports.ts';

/** Types that hold ingress entries: groups first, then single rules. */
export const INGRESS_TARGETS = {
  terraform: ['aws_security_group', 'aws_default_security_group', 'aws_security_group_rule', 'aws_vpc_security_group_ingress_rule'],
  cloudformation: ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress'],
} as const;

interface Layout {
  /** List of entries; without it the resource is one entry itself. */
  readonly list?: string;
  /** Attributes that name the security group of a single rule. */
  readonly group: readonly string[];
  /** Attribute that says `ingress` or `egress`. */
  readonly direction?: 'type';
  readonly protocol: string;
  readonly from: string;
  readonly to: string;
  readonly cidrs: readonly string[];
}

const ARGUMENTS = { protocol: 'protocol', from: 'from_port', to: 'to_port', cidrs: ['cidr_blocks', 'ipv6_cidr_blocks'] };
const PROPERTIES = { protocol: 'IpProtocol', from: 'FromPort', to: 'ToPort', cidrs: ['CidrIp', 'CidrIpv6'] };

const LAYOUTS: ReadonlyMap<string, Layout> = new Map<string, Layout>([
  ['aws_security_group', { ...ARGUMENTS, list: 'ingress', group: [] }],
  ['aws_default_security_group', { ...ARGUMENTS, list: 'ingress', group: [] }],
  ['aws_security_group_rule', { ...ARGUMENTS, group: ['security_group_id'], direction: 'type' }],
  [
    'aws_vpc_security_group_ingress_rule',
    { ...ARGUMENTS, group: ['security_group_id'], protocol: 'ip_protocol', cidrs: ['cidr_ipv4', 'cidr_ipv6'] },
  ],
  ['AWS::EC2::SecurityGroup', { ...PROPERTIES, list: 'SecurityGroupIngress', group: [] }],
  ['AWS::EC2::SecurityGroupIngress', { ...PROPERTIES, group: ['GroupId', 'GroupName'] }],
]);

/** One entry, read: what is known of it, and where not, why. */
interface Entry {
  readonly protocol: 'all' | 'tcp' | 'udp' | 'other' | Doubt;
  readonly from: number | Doubt;
  readonly to: number | Doubt;
  /** `ingress`, or why it may be something else. */
  readonly direction: 'ingress' | Doubt;
  readonly cidrs: readonly (Cidr | Doubt)[];
  /** Terraform refuses a port range together with every protocol; AWS ignores the range then. */
  readonly rangeRulesOutAll: boolean;
}

interface Cidr {
  readonly text: string;
  readonly range: AddressRange;
  readonly span: Span;
}

/** Why something cannot be told, and where. */
interface Doubt {
  readonly why: string;
  readonly span: Span;
}

/** Several rules ask about the same entries, which do not change. */
const entriesRead = new WeakMap<Instance, readonly Entry[]>();

/** Entries that this resource answers for. */
function ingressEntries(instance: Instance): readonly Entry[] {
  const entries = entriesRead.get(instance) ?? gatherEntries(instance);
  entriesRead.set(instance, entries);
  return entries;
}

function gatherEntries(instance: Instance): Entry[] {
  const { resource } = instance;
  if (LAYOUTS.get(resource.type)?.list === undefined) return groupOf(instance) === undefined ? ownEntries(instance) : [];
  const rules = new Set(companions(resource, ...LAYOUTS.keys()).map((link) => link.resource));
  const linked = [...rules].flatMap((rule) => rule.instances).filter((rule) => groupOf(rule)?.address === resource.address);
  return [instance, ...linked].flatMap(ownEntries);
}

/** The security group that a single rule certainly belongs to; none where it may be one of several. */
function groupOf(rule: Instance): Resource | undefined {
  const names = LAYOUTS.get(rule.resource.type)?.group ?? [];
  const links = rule.resource.related.filter(
    ({ attribute, certain, direction, resource }) =>
      certain && direction === 'to' && names.includes(attribute) && LAYOUTS.get(resource.type)?.list !== undefined,
  );
  if (links.length < 2) return links[0]?.resource;
  const references = names
    .map((name) => at(rule.attributes, name))
    .map((value) => (value.state === 'unknown' ? value.reference?.address : undefined));
  return links.find(({ resource }) => references.includes(resource.address))?.resource;
}

function ownEntries({ attributes, resource }: Instance): Entry[] {
  const layout = LAYOUTS.get(resource.type);
  if (layout === undefined) return [];
  const { list, direction } = layout;
  const values = list === undefined ? [attributes] : elements(attributes, [list]).map(({ value }) => value);
  return values
    .filter((value) => direction === undefined || asString(at(value, direction)) !== 'egress')
    .map((value) => readEntry(value, layout, resource.framework === 'terraform'));
}

function readEntry(value: Value, layout: Layout, rangeRulesOutAll: boolean): Entry {
  const label = (name: string): string =>
    layout.list === undefined ? name : value.state === 'known' ? `${layout.list}.${name}` : layout.list;
  const direction = layout.direction === undefined ? 'ingress' : at(value, layout.direction);
  return {
    protocol: readProtocol(at(value, layout.protocol), label(layout.protocol)),
    from: readPort(at(value, layout.from), label(layout.from)),
    to: readPort(at(value, layout.to), label(layout.to)),
    direction: direction === 'ingress' || direction.state === 'known' ? 'ingress' : doubt(direction, label('type')),
    cidrs: layout.cidrs.flatMap((name) => all(value, name).flatMap((cidr) => readCidr(cidr, label(name)))),
    rangeRulesOutAll,
  };
}

function doubt(value: Value, name: string, expected?: string): Doubt {
  return {
    why: `${name} is ${seen(value)}${value.state === 'known' && expected !== undefined ? `, not ${expected}` : ''}`,
    span: value.span,
  };
}

/** Names and numbers of protocols as AWS takes them. */
function readProtocol(value: Value, name: string): Entry['protocol'] {
  if (value.state !== 'known' || (typeof value.data !== 'string' && typeof value.data !== 'number'))
    return doubt(value, name, 'a protocol');
  switch (String(value.data).toLowerCase()) {
    case '-1':
    case 'all':
      return 'all';
    case 'tcp':
    case '6':
      return 'tcp';
    case 'udp':
    case '17':
      return 'udp';
    default:
      return 'other';
  }
}

function readPort(value: Value, name: string): number | Doubt {
  const text = String(asNumber(value) ?? asString(value));
  return /^-?\d{1,5}$/u.test(text) ? Number(text) : doubt(value, name, 'a port');
}

function readCidr(value: Value, name: string): (Cidr | Doubt)[] {
  if (isAddressRangeOfNetwork(value) || isNarrow(value)) return [];
  const text = asString(value);
  const range = text === undefined ? null : parseCidr(text);
  return [range === null ? doubt(value, name, 'a CIDR') : { text: seen(value), range, span: value.span }];
}

/** An address that is not known with a length that is: `${var.office}/32` is not the world, nor are some of its kind together. */
function isNarrow(value: Value): boolean {
  const length = value.state === 'unknown' ? /\/([0-9]{1,3})$/u.exec(value.suffix ?? '')?.[1] : undefined;
  return length !== undefined && Number(length) >= NARROW;
}

/** Bits; 256 ranges of this length make up the world. */
const NARROW = 8;

/** The CIDR of a VPC or subnet: AWS may choose it, but takes none wider than a /16 (IPv6: /44). */
function isAddressRangeOfNetwork(value: Value): boolean {
  return value.state === 'unknown' && value.reference !== undefined && NETWORK_CIDRS.has(value.reference.attribute);
}

const NETWORK_CIDRS = new Set(['cidr_block', 'ipv6_cidr_block', 'CidrBlock']);

type Answer = 'yes' | 'no' | Doubt;

/** Whether an entry opens these ports, to whomever. */
function opens(entry: Entry, ports: Ports): Answer {
  const { protocol, from, to, direction, rangeRulesOutAll } = entry;
  if (protocol === 'all') return direction === 'ingress' ? 'yes' : direction;
  if (protocol === 'other') return 'no';
  const mayBeAll = typeof protocol === 'object' && !(rangeRulesOutAll && (isPositive(from) || isPositive(to)));
  const protocols = typeof protocol === 'object' ? ports.protocols : ports.protocols.filter((each) => each === protocol);
  const inRange = ports.anyBut === undefined ? covers(entry, ports) : leaves(entry, ports.anyBut, protocols);
  if (protocols.length === 0 || (inRange === 'no' && !mayBeAll)) return 'no';
  return [protocol, inRange, direction].find((each) => typeof each === 'object') ?? 'yes';
}

/** Whether the entry's range holds the whole of another. */
function covers({ from, to }: Entry, ports: Ports): Answer {
  if ((typeof from === 'number' && from > ports.from) || (typeof to === 'number' && to < ports.to)) return 'no';
  return [from, to].find((each) => typeof each === 'object') ?? 'yes';
}

/** Whether the entry's range holds a port that is none of the listed; each end of a range is in it. */
function leaves({ from, to }: Entry, listed: readonly Ports[], protocols: Ports['protocols']): Answer {
  const isListed = (port: number): boolean =>
    listed.some((each) => each.from <= port && port <= each.to && protocols.every((protocol) => each.protocols.includes(protocol)));
  const ends = [from, to].filter((end) => typeof end === 'number');
  if (ends.some((end) => isPositive(end) && !isListed(end))) return 'yes';
  if (typeof from === 'object') return from;
  if (typeof to === 'object') return to;
  for (let port = Math.max(from, 1); port <= Math.min(to, ALL_PORTS.to); port += 1) if (!isListed(port)) return 'yes';
  return 'no';
}

function isPositive(port: number | Doubt): boolean {
  return typeof port === 'number' && port > 0;
}

/** What a rule asks of the entries. */
export interface Question {
  readonly ports: readonly Ports[];
  /** Entries that open all of these are left to the rule about them. */
  readonly except?: Ports;
  /** What is required instead, as the end of a sentence. */
  readonly instead: string;
}

interface Open extends Cidr {
  readonly ports: readonly Ports[];
}

/** Yields a failure at each CIDR through which the world reaches some of the ports, and undecided at each entry that might let it. */
export function* openToWorld(instance: Instance, { ports, except, instead }: Question): Iterable<Violation> {
  const narrow: Open[] = [];
  for (const entry of ingressEntries(instance)) {
    if (except !== undefined && opens(entry, except) === 'yes') continue;
    const answers = ports.map((each) => ({ ports: each, answer: opens(entry, each) })).filter(({ answer }) => answer !== 'no');
    const open = answers.filter(({ answer }) => answer === 'yes').map((each) => each.ports);
    const cidrs = entry.cidrs.filter((cidr) => 'range' in cidr);
    const world = cidrs.filter(({ range }) => isWorld(range));
    if (open.length === 0 || world.length === 0) {
      yield* undecided(entry, answers, world.length > 0, instead);
      narrow.push(...cidrs.map((cidr) => ({ ...cidr, ports: open })));
      continue;
    }
    for (const { text, range, span } of world) {
      yield {
        outcome: 'fail',
        message: `${capital(are(open))} open to every IPv${range.version} address: ${text} may reach ${traffic(entry)}; ${instead}.`,
        span,
      };
    }
  }
  yield* openTogether(narrow, ports, instead);
}

function* undecided(
  entry: Entry,
  answers: readonly { ports: Ports; answer: Answer }[],
  world: boolean,
  instead: string,
): Iterable<Violation> {
  const [first] = world
    ? answers.map(({ answer }) => answer).filter((answer) => typeof answer === 'object')
    : entry.cidrs.filter((cidr) => 'why' in cidr);
  if (first === undefined || answers.length === 0) return;
  yield {
    outcome: 'undecided',
    message: `Whether ${are(answers.map((each) => each.ports))} open to the world cannot be told: ${first.why}; ${instead}.`,
    span: first.span,
  };
}

/** Narrower CIDRs that together are the world: `0.0.0.0/1` and `128.0.0.0/1`. */
function* openTogether(narrow: readonly Open[], ports: readonly Ports[], instead: string): Iterable<Violation> {
  for (const each of ports) {
    const items = narrow.filter((item) => item.ports.includes(each));
    for (const version of [4, 6] as const) {
      const [first, ...rest] = coverOfWorld(items, version) ?? [];
      if (first === undefined) continue;
      const others = rest.length === 1 ? rest[0]?.text : `${rest.length} other ranges`;
      yield {
        outcome: 'fail',
        message: `${capital(are([each]))} open to every IPv${version} address: ${first.text} and ${others} leave none out; ${instead}.`,
        span: first.span,
      };
    }
  }
}

/** `port 22 (SSH) is`, `ports 21 (FTP) and 23 (Telnet) are`, `ports 21 (FTP), 23 (Telnet), 25 (SMTP) and 4 more are`. */
function are(ports: readonly Ports[]): string {
  const [only] = ports;
  if (ports.length === 1 && only !== undefined) return `${only.name} is`;
  const words = ports.slice(0, 3).map(({ name }) => name.replace(/^port /u, ''));
  if (ports.length > words.length) words.push(`${ports.length - words.length} more`);
  return `ports ${words.slice(0, -1).join(', ')} and ${words.at(-1)} are`;
}

/** What an entry lets through: `tcp 20-25`, `every protocol and port`. */
function traffic({ protocol, from, to }: Entry): string {
  if (protocol === 'all') return 'every protocol and port';
  const shown = (part: string | number | Doubt): string => (typeof part === 'object' ? 'unknown' : String(part));
  return `${shown(protocol)} ${from === to ? shown(from) : `${shown(from)}-${shown(to)}`}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
