/** The addresses that an entry names: CIDRs, and prefix lists by what they hold. */
import type { Framework, Resource } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Span } from '../../../domain/source.ts';
import type { Value } from '../../../domain/value.ts';
import { all, asString } from '../../../domain/value.ts';
import { seen } from '../../../domain/wording.ts';
import type { AddressRange } from './cidr.ts';
import { isWorld, parseCidr } from './cidr.ts';
import type { Doubt } from './traffic.ts';
import { doubt } from './traffic.ts';

export interface Range {
  readonly kind: 'range';
  /** As a message calls it: `"10.0.0.0/8"`. */
  readonly text: string;
  readonly range: AddressRange;
  readonly span: Span;
}

export type Source =
  | Range
  /** The CIDR of a VPC or subnet: not known, but neither one address nor wider than a VPC can be. */
  | { readonly kind: 'network'; readonly text: string; readonly span: Span }
  /** Its length is known, its address is not. */
  | { readonly kind: 'length'; readonly length: number; readonly text: string; readonly span: Span }
  | ({ readonly kind: 'unknown' } & Doubt);

export interface Reading {
  /** How an attribute is called in a message. */
  label(name: string): string;
  readonly framework: Framework;
}

/** The addresses in the attributes of these names. An empty text, as lists of objects need for what they leave out, is none. */
export function readCidrs(value: Value, names: readonly string[], { label, framework }: Reading): Source[] {
  return names.flatMap((name) =>
    all(value, name)
      .filter((cidr) => asString(cidr) !== '')
      .map((cidr) => readCidr(cidr, label(name), framework)),
  );
}

/** The API of EC2 takes `10.1.2.3/0` for `0.0.0.0/0`; the AWS provider of Terraform refuses it. */
function readCidr(value: Value, name: string, framework: Framework): Source {
  const { span } = value;
  if (value.state === 'unknown') {
    if (value.reference !== undefined && NETWORK_CIDRS.has(value.reference.attribute))
      return { kind: 'network', text: `${value.reference.address}.${value.reference.attribute}`, span };
    const length = Number(/\/(?<length>[0-9]{1,3})$/u.exec(value.suffix ?? '')?.groups?.['length'] ?? 0);
    // 256 ranges of a length of 8 make up the world: a few of them do not.
    if (length >= 8) return { kind: 'length', length, text: name, span };
  }
  const text = asString(value);
  const range = text === undefined ? null : parseCidr(text);
  if (range === null) return { kind: 'unknown', ...doubt(value, name, 'a CIDR') };
  if (!range.aligned && isWorld(range) && framework === 'terraform')
    return { kind: 'unknown', ...doubt(value, name, 'a CIDR that Terraform takes, which begins with the first address of its network') };
  return { kind: 'range', text: seen(value), range, span };
}

/** Attributes of VPCs and subnets. AWS may choose the range, but takes none wider than a /16 (IPv6: /44). */
const NETWORK_CIDRS = new Set(['cidr_block', 'ipv6_cidr_block', 'CidrBlock']);

interface ListNames {
  readonly entries: string;
  readonly cidr: string;
  /** Type of the resources that hold an entry each. */
  readonly companion?: string;
}

const PREFIX_LISTS: ReadonlyMap<string, ListNames> = new Map<string, ListNames>([
  ['aws_ec2_managed_prefix_list', { entries: 'entry', cidr: 'cidr', companion: 'aws_ec2_managed_prefix_list_entry' }],
  ['AWS::EC2::PrefixList', { entries: 'Entries', cidr: 'Cidr' }],
]);

/**
 * A prefix list that is declared here, by its entries; each stands where the list is named. Lists of AWS services
 * hold the addresses of the service, which are never the world, so they give nothing.
 * @param holder the resource that names the list
 */
export function readPrefixList(value: Value, name: string, holder: Resource): Source[] {
  if (value.state === 'unknown' && value.reference !== undefined) {
    const { address, attribute } = value.reference;
    if (attribute === 'prefix_list_id' || address.includes('data.aws_prefix_list.')) return [];
    const list = holder.related.find(({ direction, resource }) => direction === 'to' && resource.address === address)?.resource;
    const names = list === undefined ? undefined : PREFIX_LISTS.get(list.type);
    if (list !== undefined && names !== undefined) return entriesOf(list, names, value);
  }
  return [{ kind: 'unknown', why: `what the prefix list ${name} holds is not declared here`, span: value.span }];
}

function entriesOf(list: Resource, { entries, cidr, companion }: ListNames, named: Value): Source[] {
  const inline = list.instances.flatMap(({ attributes }) => all(attributes, entries, cidr));
  const separate = (companion === undefined ? [] : companions(list, companion))
    .filter(({ certain, attribute }) => certain && attribute === 'prefix_list_id')
    .flatMap(({ resource }) => resource.instances.flatMap(({ attributes }) => all(attributes, cidr)));
  return [...inline, ...separate].map((value): Source => {
    const source = readCidr(value, `${list.address}: ${entries}.${cidr}`, list.framework);
    return { ...source, ...('text' in source ? { text: `${source.text} of ${list.address}` } : {}), span: named.span };
  });
}

export function isRange(source: Source): source is Range {
  return source.kind === 'range';
}

export function isOfWorld(source: Source): source is Range {
  return source.kind === 'range' && isWorld(source.range);
}

export function doubtsIn(sources: readonly Source[]): readonly Doubt[] {
  return sources.filter((source) => source.kind === 'unknown');
}
