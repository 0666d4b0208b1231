/**
 * The entries of a network ACL, in whichever resource they are declared. Entries are numbered, and AWS goes by the
 * first that matches: an allow behind a deny of the same traffic allows nothing.
 *
 * Each entry is judged in the resource that declares it, as people know it by its number there.
 */
import type { Instance, Resource } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Rule } from '../../../domain/rule.ts';
import type { Span } from '../../../domain/source.ts';
import type { Value } from '../../../domain/value.ts';
import { asNumber, asString, at } from '../../../domain/value.ts';
import { isTrue } from '../../../domain/wording.ts';
import { elements, nameOf } from '../../attribute.ts';
import { encloses } from './cidr.ts';
import { isEntry } from './security-group.ts';
import type { Ports } from './ports.ts';
import type { Range, Source } from './source.ts';
import { isRange, readCidrs } from './source.ts';
import type { Answer, Direction, Doubt, Traffic } from './traffic.ts';
import { doubt, isDoubt, readPort, readProtocol } from './traffic.ts';

export const ACL_TARGETS = {
  terraform: ['aws_network_acl', 'aws_default_network_acl', 'aws_network_acl_rule'],
  cloudformation: ['AWS::EC2::NetworkAclEntry'],
} as const satisfies Rule['targets'];

interface Layout {
  /** Lists of entries; without them the resource is one entry itself. */
  readonly lists?: Readonly<Record<Direction, string>>;
  /** Attribute that names the ACL of a single entry. */
  readonly acl?: string;
  readonly egress?: string;
  readonly number: string;
  readonly action: string;
  readonly protocol: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly cidrs: readonly string[];
}

const ARGUMENTS = { protocol: 'protocol', from: ['from_port'], to: ['to_port'], cidrs: ['cidr_block', 'ipv6_cidr_block'] };
const BLOCKS = { ...ARGUMENTS, lists: { ingress: 'ingress', egress: 'egress' }, number: 'rule_no', action: 'action' };

const LAYOUTS: ReadonlyMap<string, Layout> = new Map<string, Layout>([
  ['aws_network_acl', BLOCKS],
  ['aws_default_network_acl', BLOCKS],
  ['aws_network_acl_rule', { ...ARGUMENTS, acl: 'network_acl_id', egress: 'egress', number: 'rule_number', action: 'rule_action' }],
  [
    'AWS::EC2::NetworkAclEntry',
    {
      acl: 'NetworkAclId',
      egress: 'Egress',
      number: 'RuleNumber',
      action: 'RuleAction',
      protocol: 'Protocol',
      from: ['PortRange', 'From'],
      to: ['PortRange', 'To'],
      cidrs: ['CidrBlock', 'Ipv6CidrBlock'],
    },
  ],
]);

export interface AclEntry extends Traffic {
  /** Or why it may be the other one. */
  readonly direction: Direction | Doubt;
  readonly action: 'allow' | 'deny' | Doubt;
  readonly number: number | Doubt;
  readonly sources: readonly Source[];
  /** Where it is written: the entry in a list, or the header of a rule resource. */
  readonly span: Span;
  readonly holder: Instance;
}

const entriesRead = new WeakMap<Instance, readonly AclEntry[]>();

/** Entries that this resource declares. */
export function aclEntries(instance: Instance): readonly AclEntry[] {
  const entries = entriesRead.get(instance) ?? read(instance);
  entriesRead.set(instance, entries);
  return entries;
}

function read(instance: Instance): AclEntry[] {
  const { attributes, resource } = instance;
  const layout = LAYOUTS.get(resource.type);
  if (layout === undefined) return [];
  if (layout.lists === undefined) {
    const egress = layout.egress === undefined ? attributes : at(attributes, layout.egress);
    const direction = egress.state === 'unknown' ? doubt(egress, layout.egress ?? '') : isTrue(egress) ? 'egress' : 'ingress';
    return [readEntry({ value: attributes, list: null, span: resource.header }, direction, layout, instance)];
  }
  const { lists } = layout;
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    elements(attributes, [lists[direction]])
      .filter(isEntry)
      .map(({ value }) => readEntry({ value, list: lists[direction], span: value.span }, direction, layout, instance)),
  );
}

interface Place {
  readonly value: Value;
  readonly list: string | null;
  readonly span: Span;
}

function readEntry({ value, list, span }: Place, direction: AclEntry['direction'], layout: Layout, holder: Instance): AclEntry {
  const label = (...path: readonly string[]): string =>
    value.state === 'known' && list !== null ? nameOf([list, ...path]) : (list ?? nameOf(path));
  const action = at(value, layout.action);
  const verb = asString(action)?.toLowerCase();
  const number = at(value, layout.number);
  const digits = asNumber(number) ?? Number(asString(number) ?? Number.NaN);
  return {
    protocol: readProtocol(at(value, layout.protocol), label(layout.protocol)),
    from: readPort(at(value, ...layout.from), label(...layout.from)),
    to: readPort(at(value, ...layout.to), label(...layout.to)),
    rangeRulesOutAll: holder.resource.framework === 'terraform',
    direction,
    action: verb === 'allow' || verb === 'deny' ? verb : doubt(action, label(layout.action), '"allow" or "deny"'),
    number: Number.isInteger(digits) ? digits : doubt(number, label(layout.number), 'a number'),
    sources: readCidrs(value, layout.cidrs, { label, framework: holder.resource.framework }),
    span,
    holder,
  };
}

/** The ACL that a single entry certainly belongs to. */
function aclOf({ resource }: Instance): Resource | undefined {
  const name = LAYOUTS.get(resource.type)?.acl;
  return resource.related.find(({ attribute, certain, direction }) => certain && direction === 'to' && attribute === name)?.resource;
}

const orderedEntries = new WeakMap<Resource, readonly AclEntry[]>();

/** Every entry of the ACL that this entry is in, lowest number first; only its own where the ACL is not one that is declared here once. */
export function neighbours({ holder }: AclEntry): readonly AclEntry[] {
  const acl = LAYOUTS.get(holder.resource.type)?.lists === undefined ? aclOf(holder) : holder.resource;
  if (acl?.instances.length !== 1) return aclEntries(holder);
  const entries = orderedEntries.get(acl) ?? gather(acl);
  orderedEntries.set(acl, entries);
  return entries;
}

function gather(acl: Resource): readonly AclEntry[] {
  const rules = companions(acl, ...LAYOUTS.keys()).filter(({ certain }) => certain);
  const holders = [...acl.instances, ...new Set(rules.map(({ resource }) => resource).flatMap(({ instances }) => instances))];
  const rank = ({ number }: AclEntry): number => (isDoubt(number) ? Infinity : number);
  return holders.flatMap((holder) => aclEntries(holder)).toSorted((a, b) => rank(a) - rank(b) || 0);
}

/** Whether an earlier entry denies these ports to a range that this one opens them to, so that it does not. */
export function isDenied(entry: AclEntry, { range }: Range, ports: Ports): Answer {
  let answer: Answer = 'no';
  for (const other of neighbours(entry)) {
    if (other === entry || other.action === 'allow' || other.direction !== entry.direction || !closes(other, ports, entry)) continue;
    if (!other.sources.some((source) => isRange(source) && encloses(source.range, range))) continue;
    const doubtful = [entry.number, other.number, other.action].find(isDoubt);
    if (doubtful !== undefined) answer = doubtful;
    else if (other.number < entry.number) return 'yes';
  }
  return answer;
}

/** Whether it is about all of the ports, in each protocol in which another entry is about them. */
function closes({ protocol, from, to }: Traffic, ports: Ports, like: Traffic): boolean {
  if (protocol === 'all') return true;
  const protocols = like.protocol === 'all' ? ports.protocols : ports.protocols.filter((each) => each === like.protocol);
  return protocols.every((each) => each === protocol) && !isDoubt(from) && !isDoubt(to) && from <= ports.from && ports.to <= to;
}

/** Whether certainly all traffic of one is of the other. */
export function enclosesTraffic(outer: Traffic, inner: Traffic): boolean {
  if (outer.protocol === 'all') return true;
  if (isDoubt(outer.protocol) || outer.protocol !== inner.protocol) return false;
  return isRangeKnown(outer) && isRangeKnown(inner) && outer.from <= inner.from && inner.to <= outer.to;
}

/** Whether both ends of the range of ports are known. */
export function isRangeKnown({ from, to }: Traffic): boolean {
  return !isDoubt(from) && !isDoubt(to);
}

/** Entries that let something in or out, with those of which that is not known. */
export function allowing(instance: Instance, direction?: Direction): readonly AclEntry[] {
  return aclEntries(instance).filter(
    (entry) => entry.action !== 'deny' && (direction === undefined || isDoubt(entry.direction) || entry.direction === direction),
  );
}

/** How an entry is called: `entry 100`. */
export function nameFor({ number }: AclEntry): string {
  return isDoubt(number) ? 'an entry' : `entry ${number}`;
}
