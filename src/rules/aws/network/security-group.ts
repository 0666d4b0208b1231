/**
 * Who may reach what: the entries of a security group from all the places they are declared at.
 *
 * An entry of a rule resource belongs to the security group that the rule resource certainly refers to,
 * and is judged there; without one the rule resource answers for itself. So each entry is judged once.
 * A link that is not certain hides nothing: an entry open to the world is wrong in whichever group it ends up.
 */
import type { Instance, Resource } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Span } from '../../../domain/source.ts';
import type { Reference, Value } from '../../../domain/value.ts';
import { all, asString, at, isMap } from '../../../domain/value.ts';
import type { Element } from '../../attribute.ts';
import { elements } from '../../attribute.ts';
import type { Source } from './source.ts';
import { readCidrs, readPrefixList } from './source.ts';
import type { Direction, Doubt, Traffic } from './traffic.ts';
import { doubt, readPort, readProtocol } from './traffic.ts';

const GROUPS = { terraform: ['aws_security_group', 'aws_default_security_group'], cloudformation: ['AWS::EC2::SecurityGroup'] } as const;

/** Types that hold entries of a direction: groups first, then single rules. */
export const TARGETS = {
  ingress: {
    terraform: [...GROUPS.terraform, 'aws_security_group_rule', 'aws_vpc_security_group_ingress_rule'],
    cloudformation: [...GROUPS.cloudformation, 'AWS::EC2::SecurityGroupIngress'],
  },
  egress: {
    terraform: [...GROUPS.terraform, 'aws_security_group_rule', 'aws_vpc_security_group_egress_rule'],
    cloudformation: [...GROUPS.cloudformation, 'AWS::EC2::SecurityGroupEgress'],
  },
} as const;

interface Layout {
  /** Lists of entries; without them the resource is one entry itself. */
  readonly lists?: Readonly<Record<Direction, string>>;
  /** Attributes that name the security group of a single rule. */
  readonly group: readonly string[];
  /** Of a single rule; `type` is the attribute that says it. */
  readonly direction?: Direction | 'type';
  readonly protocol: string;
  readonly from: string;
  readonly to: string;
  readonly cidrs: readonly string[];
  readonly prefixLists: readonly string[];
}

const ARGUMENTS = {
  group: ['security_group_id'],
  protocol: 'protocol',
  from: 'from_port',
  to: 'to_port',
  cidrs: ['cidr_blocks', 'ipv6_cidr_blocks'],
  prefixLists: ['prefix_list_ids'],
};
const RULE_ARGUMENTS = { ...ARGUMENTS, protocol: 'ip_protocol', cidrs: ['cidr_ipv4', 'cidr_ipv6'], prefixLists: ['prefix_list_id'] };
const PROPERTIES = {
  group: ['GroupId', 'GroupName'],
  protocol: 'IpProtocol',
  from: 'FromPort',
  to: 'ToPort',
  cidrs: ['CidrIp', 'CidrIpv6'],
  prefixLists: ['SourcePrefixListId', 'DestinationPrefixListId'],
};
const BLOCKS = { ingress: 'ingress', egress: 'egress' };

const LAYOUTS: ReadonlyMap<string, Layout> = new Map<string, Layout>([
  ['aws_security_group', { ...ARGUMENTS, lists: BLOCKS }],
  ['aws_default_security_group', { ...ARGUMENTS, lists: BLOCKS }],
  ['aws_security_group_rule', { ...ARGUMENTS, direction: 'type' }],
  ['aws_vpc_security_group_ingress_rule', { ...RULE_ARGUMENTS, direction: 'ingress' }],
  ['aws_vpc_security_group_egress_rule', { ...RULE_ARGUMENTS, direction: 'egress' }],
  ['AWS::EC2::SecurityGroup', { ...PROPERTIES, lists: { ingress: 'SecurityGroupIngress', egress: 'SecurityGroupEgress' } }],
  ['AWS::EC2::SecurityGroupIngress', { ...PROPERTIES, direction: 'ingress' }],
  ['AWS::EC2::SecurityGroupEgress', { ...PROPERTIES, direction: 'egress' }],
]);

export function isGroup(resource: Resource): boolean {
  return LAYOUTS.get(resource.type)?.lists !== undefined;
}

/** Whether it is an entry of a security group, declared on its own. */
export function isSingleRule(resource: Resource): boolean {
  return LAYOUTS.has(resource.type) && !isGroup(resource);
}

/** One entry, read: what is known of it, and where not, why. */
export interface Entry extends Traffic {
  /** Or why it may be the other one. */
  readonly direction: Direction | Doubt;
  readonly sources: readonly Source[];
  /** Where it is written: the entry in a list, or the header of a rule resource. */
  readonly span: Span;
  readonly protocolSpan: Span;
  /** Of the last port. */
  readonly portSpan: Span;
  readonly value: Value;
  /** The list it stands in; null for a rule resource. */
  readonly list: string | null;
}

/** How an entry's attribute is called in a message: `ingress.from_port`. */
function labelIn({ list, value }: Pick<Entry, 'list' | 'value'>, name: string): string {
  if (list === null) return name;
  return value.state === 'known' ? `${list}.${name}` : list;
}

/** Several rules ask about the same entries, which do not change. */
const entriesRead = new WeakMap<Instance, readonly Entry[]>();

/** Entries of a direction that this resource answers for, with those that may have it. */
export function entriesOf(instance: Instance, direction: Direction): readonly Entry[] {
  const entries = entriesRead.get(instance) ?? gather(instance);
  entriesRead.set(instance, entries);
  return entries.filter((entry) => typeof entry.direction === 'object' || entry.direction === direction);
}

function gather(instance: Instance): Entry[] {
  const { resource } = instance;
  if (!isGroup(resource)) return groupOf(instance) === undefined ? ownEntries(instance) : [];
  const rules = rulesOf(resource).filter(({ of }) => of === undefined || of === instance.address);
  return [...ownEntries(instance), ...rules.flatMap(({ rule }) => entriesOfRule(rule))];
}

interface RuleOfGroup {
  readonly rule: Instance;
  /** Address of the one instance of the group that it names. */
  readonly of: string | undefined;
}

const rulesRead = new WeakMap<Resource, readonly RuleOfGroup[]>();

/** Instances of rule resources that certainly belong to the group. */
function rulesOf(group: Resource): readonly RuleOfGroup[] {
  const read = rulesRead.get(group);
  if (read !== undefined) return read;
  const resources = new Set(companions(group, ...LAYOUTS.keys()).map((link) => link.resource));
  const rules = [...resources]
    .flatMap(({ instances }) => instances)
    .filter((rule) => groupOf(rule)?.address === group.address)
    .map((rule) => ({ rule, of: references(rule)[0]?.instance }));
  rulesRead.set(group, rules);
  return rules;
}

/** What the attributes of a rule that name its group refer to. */
function references(rule: Instance): readonly Reference[] {
  const names = LAYOUTS.get(rule.resource.type)?.group ?? [];
  return names.map((name) => at(rule.attributes, name)).flatMap((value) => (value.state === 'unknown' ? (value.reference ?? []) : []));
}

/** A rule without `count` and `for_each` may belong to each of many instances of a group. */
function entriesOfRule(rule: Instance): readonly Entry[] {
  const entries = ruleEntries.get(rule) ?? ownEntries(rule);
  ruleEntries.set(rule, entries);
  return entries;
}

const ruleEntries = new WeakMap<Instance, readonly Entry[]>();

/** The security group that a single rule certainly belongs to; none where it may be one of several. */
function groupOf(rule: Instance): Resource | undefined {
  const layout = LAYOUTS.get(rule.resource.type);
  if (layout === undefined || layout.lists !== undefined) return undefined;
  const links = rule.resource.related.filter(
    ({ attribute, certain, direction, resource }) => certain && direction === 'to' && layout.group.includes(attribute) && isGroup(resource),
  );
  if (links.length < 2) return links[0]?.resource;
  const addresses = references(rule).map(({ address }) => address);
  return links.find(({ resource }) => addresses.includes(resource.address))?.resource;
}

function ownEntries({ attributes, resource }: Instance): Entry[] {
  const layout = LAYOUTS.get(resource.type);
  if (layout === undefined) return [];
  if (layout.lists === undefined) {
    const type = layout.direction === 'type' ? at(attributes, 'type') : undefined;
    const place = { list: null, span: resource.header, value: attributes };
    return [readEntry(place, type === undefined ? (layout.direction as Direction) : directionIn(type), layout, resource)];
  }
  const { lists } = layout;
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    elements(attributes, [lists[direction]])
      .filter(isEntry)
      .map(({ value }) => readEntry({ list: lists[direction], span: value.span, value }, direction, layout, resource)),
  );
}

/** Whether it is a block or map, or may be; a text in the place of entries, such as `None`, is none. */
export function isEntry({ value }: Element): boolean {
  return value.state === 'unknown' || (value.state === 'known' && isMap(value.data));
}

function directionIn(type: Value): Direction | Doubt {
  if (type.state === 'unknown') return doubt(type, 'type');
  return asString(type) === 'egress' ? 'egress' : 'ingress';
}

function readEntry(place: Pick<Entry, 'list' | 'span' | 'value'>, direction: Entry['direction'], layout: Layout, holder: Resource): Entry {
  const { value } = place;
  const label = (name: string): string => labelIn(place, name);
  const cidrs = readCidrs(value, layout.cidrs, { label, framework: holder.framework });
  const lists = value.state === 'unknown' ? [] : layout.prefixLists;
  const protocol = at(value, layout.protocol);
  const to = at(value, layout.to);
  return {
    ...place,
    protocol: readProtocol(protocol, label(layout.protocol)),
    protocolSpan: protocol.span,
    from: readPort(at(value, layout.from), label(layout.from)),
    to: readPort(to, label(layout.to)),
    portSpan: to.span,
    direction,
    sources: [...cidrs, ...lists.flatMap((name) => all(value, name).flatMap((list) => readPrefixList(list, label(name), holder)))],
    rangeRulesOutAll: holder.framework === 'terraform',
  };
}
