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

/** What the rules of a service begin with. */
const FAMILIES: Readonly<Record<Exclude<Selection['resourceType'], 'all'>, readonly string[]>> = {
  s3: ['aws-s3-'],
  ec2: ['aws-ec2-', 'aws-ebs-', 'aws-ami-', 'aws-autoscaling-', 'aws-security-group-', 'aws-vpc-', 'aws-network-firewall-'],
};

export function selects({ resourceId, resourceType }: Selection, resource: Resource, rules: RuleSet): boolean {
  if (resourceType !== 'all') {
    const families = FAMILIES[resourceType];
    if (!rules.for(resource.type).some(({ id }) => families.some((family) => id.startsWith(family)))) return false;
  }
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
