/** How far an open security group can be reached: whether anything that uses it has a public address. */
import type { Related, Resource } from '../../../domain/resource.ts';
import type { Severity } from '../../../domain/severity.ts';
import { SEVERITIES } from '../../../domain/severity.ts';
import type { Value } from '../../../domain/value.ts';
import { asString, at } from '../../../domain/value.ts';
import { textOf } from '../../../domain/wording.ts';
import { isGroup, isSingleRule } from './security-group.ts';

/** What makes an open group less bad, as a part of a sentence. */
const mitigations = new WeakMap<Resource, { readonly mitigation: string | null }>();

/**
 * Why nobody can reach anything through the group as things are declared: nothing uses it, or all that does has no
 * public address. Null where that cannot be said. A group in use elsewhere, or from tomorrow on, is open again, so this
 * makes a finding one step less severe and never none.
 */
export function mitigationOf(group: Resource): string | null {
  if (group.type === 'aws_default_security_group' || !isGroup(group)) return null;
  const read = mitigations.get(group) ?? { mitigation: judge(group) };
  mitigations.set(group, read);
  return read.mitigation;
}

function judge(group: Resource): string | null {
  const users = usersOf(group);
  if (users.length === 0) return 'though nothing here uses the group';
  return users.every(({ certain, resource }) => certain && isUnreachable(resource))
    ? 'though what uses the group has no public address'
    : null;
}

/** Links from what may be attached to the group: everything but rules, and groups that name it as a source. */
export function usersOf(group: Resource): readonly Related[] {
  return group.related.filter(({ direction, resource }) => direction === 'from' && !isGroup(resource) && !isSingleRule(resource));
}

export function lessSevere(severity: Severity): Severity {
  return SEVERITIES[SEVERITIES.indexOf(severity) + 1] ?? severity;
}

function isUnreachable(resource: Resource): boolean {
  return resource.instances.length > 0 && resource.instances.every(({ attributes }) => isInside(resource, attributes));
}

function isInside(resource: Resource, attributes: Value): boolean {
  switch (resource.type) {
    case 'aws_instance':
      return !hasAddress(resource, attributes);
    case 'aws_db_instance':
    case 'aws_rds_cluster_instance':
      return isOff(at(attributes, 'publicly_accessible'));
    case 'aws_lb':
    case 'aws_alb':
    case 'aws_elb':
      return isOn(at(attributes, 'internal'));
    case 'AWS::ElasticLoadBalancing::LoadBalancer':
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return asString(at(attributes, 'Scheme')) === 'internal';
    default:
      return false;
  }
}

/** An instance without a choice of its own takes its subnet's; an Elastic IP may be given to any, and an IPv6 address is public. */
function hasAddress(resource: Resource, attributes: Value): boolean {
  const own = at(attributes, 'associate_public_ip_address');
  const more = ['ipv6_addresses', 'ipv6_address_count', 'network_interface', 'launch_template'].some(
    (name) => at(attributes, name).state !== 'absent',
  );
  const elastic = resource.related.some(({ direction, resource: other }) => direction === 'from' && other.type.startsWith('aws_eip'));
  if (more || elastic) return true;
  if (own.state !== 'absent') return !isOff(own);
  const subnet = resource.related.find(
    ({ attribute, certain, direction }) => certain && direction === 'to' && attribute === 'subnet_id',
  )?.resource;
  return subnet?.type !== 'aws_subnet' || subnet.instances.some(({ attributes: each }) => !isOff(at(each, 'map_public_ip_on_launch')));
}

function isOff(value: Value): boolean {
  return value.state === 'absent' || textOf(value) === 'false';
}

function isOn(value: Value): boolean {
  return textOf(value) === 'true';
}
