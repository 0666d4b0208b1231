/** The security groups that an instance, a launch template or a launch configuration names. */
import type { Instance, Resource } from '../../../domain/resource.ts';
import type { Value } from '../../../domain/value.ts';
import { all, at } from '../../../domain/value.ts';
import { isGroup } from '../network/security-group.ts';

/** Paths of the attributes that name groups, by type: of the machine as a whole, then of its network interfaces. */
const PATHS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['aws_instance', [['vpc_security_group_ids'], ['security_groups']]],
  ['aws_launch_configuration', [['security_groups']]],
  ['aws_launch_template', [['vpc_security_group_ids'], ['security_group_names'], ['network_interfaces', 'security_groups']]],
  ['AWS::EC2::Instance', [['SecurityGroupIds'], ['SecurityGroups'], ['NetworkInterfaces', 'GroupSet']]],
  ['AWS::AutoScaling::LaunchConfiguration', [['SecurityGroups']]],
  [
    'AWS::EC2::LaunchTemplate',
    [
      ['LaunchTemplateData', 'SecurityGroupIds'],
      ['LaunchTemplateData', 'SecurityGroups'],
      ['LaunchTemplateData', 'NetworkInterfaces', 'Groups'],
    ],
  ],
]);

export interface NamedGroup {
  /** How the attribute that names it is called in a message. */
  readonly name: string;
  readonly value: Value;
  /** Where it is declared here. */
  readonly group?: Resource;
}

export function groupsOf({ attributes, resource }: Instance): readonly NamedGroup[] {
  return (PATHS.get(resource.type) ?? []).flatMap((path) =>
    all(attributes, ...path).map((value): NamedGroup => {
      const address = value.state === 'unknown' ? value.reference?.address : undefined;
      const group = resource.related.find(({ direction, resource: other }) => direction === 'to' && other.address === address)?.resource;
      return { name: path.join('.'), value, ...(group !== undefined && isGroup(group) ? { group } : {}) };
    }),
  );
}

/** Whether it says anything about its groups: an empty list is nothing, as AWS takes it. */
export function namesGroups(instance: Instance): boolean {
  return (PATHS.get(instance.resource.type) ?? []).some((path) => {
    const value = at(instance.attributes, ...path);
    return value.state === 'unknown' || all(instance.attributes, ...path).length > 0;
  });
}
