import type { RuleSet } from './evaluate.ts';
import type { Resource } from './resource.ts';
import { asString, at } from './value.ts';

/** What a manual run asks for. */
export interface Selection {
  /** Terraform address, CloudFormation logical id or physical name; null: all. */
  readonly resourceId: string | null;
  readonly resourceType: 's3' | 'ec2' | 'all';
}

/** Attributes by which a declaration says what it is a part of; what is wrong with it is found at the whole. */
const PART_OF = ['bucket', 'Bucket', 'security_group_id', 'GroupId'];

/** Attributes that hold the name a resource has in the cloud. */
const NAMES = ['bucket', 'BucketName', 'name', 'GroupName', 'LaunchTemplateName', 'LaunchConfigurationName'];

export function selects({ resourceId, resourceType }: Selection, resource: Resource, rules: RuleSet): boolean {
  if (resourceType !== 'all' && !rules.for(resource.type).some((rule) => rule.id.startsWith(`aws-${resourceType}-`))) return false;
  return resourceId === null || isNamed(resource, resourceId) || partsOf(resource).some((part) => isNamed(part, resourceId));
}

function partsOf({ related }: Resource): Resource[] {
  return related.flatMap(({ resource, direction, certain, attribute }) =>
    direction === 'from' && certain && PART_OF.includes(attribute) ? [resource] : [],
  );
}

function isNamed({ address: own, instances }: Resource, id: string): boolean {
  return (
    own === id || instances.some(({ address, attributes }) => address === id || NAMES.some((name) => asString(at(attributes, name)) === id))
  );
}
