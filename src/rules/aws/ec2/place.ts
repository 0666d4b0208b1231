/** Where an instance is put: its subnets, and whether these reach the internet. */
import type { Instance, Resource } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Value } from '../../../domain/value.ts';
import { all, at } from '../../../domain/value.ts';
import { isTrue } from '../../../domain/wording.ts';
import { ROUTE_TARGETS, routesOf, targetOf } from '../network/routes.ts';
import { isOfWorld } from '../network/source.ts';

export interface Place {
  /** The value that names the subnet. */
  readonly value: Value;
  /** Where it is declared here. */
  readonly subnet?: Resource;
  /** What the interface, or the instance, says of a public address. */
  readonly flag: Value;
}

/** The subnets that an instance names, for itself or for its interfaces. */
export function placesOf({ attributes, resource }: Instance): readonly Place[] {
  const terraform = resource.framework === 'terraform';
  const [name, flag] = terraform ? ['subnet_id', 'associate_public_ip_address'] : ['SubnetId', 'AssociatePublicIpAddress'];
  const holders = terraform ? [attributes] : [attributes, ...all(attributes, 'NetworkInterfaces')];
  return holders.flatMap((holder): Place[] => {
    const value = at(holder, name);
    if (value.state === 'absent') return [];
    const address = value.state === 'unknown' ? value.reference?.address : undefined;
    const subnet = resource.related.find((link) => link.direction === 'to' && link.resource.address === address)?.resource;
    return [{ value, flag: at(holder, flag), ...(subnet === undefined ? {} : { subnet }) }];
  });
}

/** Many instances share a subnet, which does not change. */
const gateways = new WeakMap<Resource, { readonly gateway: Resource | undefined }>();

const ASSOCIATIONS = ['aws_route_table_association', 'AWS::EC2::SubnetRouteTableAssociation'];
const GATEWAYS = new Set(['aws_internet_gateway', 'AWS::EC2::InternetGateway']);

/** The internet gateway that the subnet's route table leads the world to; undefined where none is declared here. */
export function gatewayOf(subnet: Resource): Resource | undefined {
  const known = gateways.get(subnet) ?? { gateway: findGateway(subnet) };
  gateways.set(subnet, known);
  return known.gateway;
}

function findGateway(subnet: Resource): Resource | undefined {
  const tables = companions(subnet, ...ASSOCIATIONS)
    .filter(({ certain }) => certain)
    .flatMap(({ resource }) => resource.related)
    .filter(({ certain, direction, attribute }) => certain && direction === 'to' && /^(?:route_table_id|RouteTableId)$/u.test(attribute))
    .map(({ resource }) => resource);
  const holders = tables.flatMap((table) => [
    table,
    ...companions(table, ...ROUTE_TARGETS.terraform, ...ROUTE_TARGETS.cloudformation)
      .filter(({ certain }) => certain)
      .map(({ resource }) => resource),
  ]);
  for (const instance of holders.flatMap(({ instances }) => instances)) {
    for (const route of routesOf(instance)) {
      if (!route.destinations.some(isOfWorld)) continue;
      const { value } = targetOf(route, instance, 'gateway_id', 'GatewayId');
      const address = value.state === 'unknown' ? value.reference?.address : undefined;
      const gateway = instance.resource.related.find(({ resource }) => resource.address === address)?.resource;
      if (gateway !== undefined && GATEWAYS.has(gateway.type)) return gateway;
    }
  }
  return undefined;
}

/** Whether the subnet gives out public addresses; unknown values count as none. */
export function assignsAddresses(subnet: Resource): boolean {
  const name = subnet.framework === 'terraform' ? 'map_public_ip_on_launch' : 'MapPublicIpOnLaunch';
  return subnet.instances.some(({ attributes }) => isTrue(at(attributes, name)));
}
