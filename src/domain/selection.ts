import type { RuleSet } from './evaluate.ts';
import type { Resource } from './resource.ts';
import { asString, at } from './value.ts';

/** What a manual run asks for. */
export interface Selection {
  /** Terraform address, CloudFormation logical id or physical name; null: all. */
  readonly resourceId: string | null;
  readonly resourceType: 's3' | 'ec2' | 'all';
}

/** Attributes that hold the name a resource has in the cloud. */
const NAMES = ['bucket', 'BucketName', 'name', 'GroupName', 'LaunchTemplateName', 'LaunchConfigurationName'];

export function selects({ resourceId, resourceType }: Selection, resource: Resource, rules: RuleSet): boolean {
  return (
    (resourceType === 'all' || rules.for(resource.type).some((rule) => rule.id.startsWith(`aws-${resourceType}-`))) &&
    (resourceId === null || isNamed(resource, resourceId))
  );
}

function isNamed(resource: Resource, id: string): boolean {
  return (
    resource.address === id ||
    resource.instances.some(({ address, attributes }) => address === id || NAMES.some((name) => asString(at(attributes, name)) === id))
  );
}
