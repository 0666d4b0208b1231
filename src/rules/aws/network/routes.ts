/** The routes of a route table, in whichever resource they are declared. */
import type { Framework, Instance } from '../../../domain/resource.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { elements } from '../../attribute.ts';
import { isEntry } from './security-group.ts';
import type { Source } from './source.ts';
import { readCidrs } from './source.ts';

export const ROUTE_TARGETS = {
  terraform: ['aws_route', 'aws_route_table', 'aws_default_route_table'],
  cloudformation: ['AWS::EC2::Route'],
} as const;

export interface Route {
  readonly destinations: readonly Source[];
  /** The attributes of the route: what it leads to is one of them. */
  readonly value: Value;
}

/** Routes that this resource declares. */
export function routesOf({ attributes, resource }: Instance): readonly Route[] {
  switch (resource.type) {
    case 'aws_route':
      return [routeIn(attributes, ['destination_cidr_block', 'destination_ipv6_cidr_block'], 'terraform')];
    case 'AWS::EC2::Route':
      return [routeIn(attributes, ['DestinationCidrBlock', 'DestinationIpv6CidrBlock'], 'cloudformation')];
    default:
      return elements(attributes, ['route'])
        .filter(isEntry)
        .map(({ value }) => routeIn(value, ['cidr_block', 'ipv6_cidr_block'], 'terraform', 'route.'));
  }
}

function routeIn(value: Value, names: readonly string[], framework: Framework, prefix = ''): Route {
  return { value, destinations: readCidrs(value, names, { label: (name) => prefix + name, framework }) };
}

/** How a route's attribute is called in a message. */
export function targetOf(
  { value }: Route,
  { resource }: Instance,
  terraform: string,
  cloudformation: string,
): { readonly name: string; readonly value: Value } {
  const name = resource.framework === 'terraform' ? terraform : cloudformation;
  return { name: resource.type.endsWith('route_table') ? `route.${name}` : name, value: at(value, name) };
}
