/** The role of an instance, and what its policies allow: instance, instance profile, role, policies. */
import type { Instance, Related, Resource } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Value } from '../../../domain/value.ts';
import { all, at } from '../../../domain/value.ts';

const PROFILES = new Set(['aws_iam_instance_profile', 'AWS::IAM::InstanceProfile']);
const ROLES = new Set(['aws_iam_role', 'AWS::IAM::Role']);

/** The instance profiles that it certainly names and that are declared here. */
export function profilesOf(resource: Resource): readonly Resource[] {
  return named(resource, PROFILES);
}

export function rolesOf(resource: Resource): readonly Resource[] {
  return [...new Set(profilesOf(resource).flatMap((profile) => named(profile, ROLES)))];
}

function named(resource: Resource, types: ReadonlySet<string>): readonly Resource[] {
  const links = resource.related.filter(
    ({ certain, direction, resource: other }) => certain && direction === 'to' && types.has(other.type),
  );
  return [...new Set(links.map((link) => link.resource))];
}

/** A policy of a role: its document where it is declared here, or the ARN that names it. */
export interface RolePolicy {
  readonly kind: 'document' | 'arn';
  /** What it is called in a message. */
  readonly name: string;
  readonly value: Value;
}

/** Policies that certainly belong to the role. */
export function policiesOf(role: Resource): readonly RolePolicy[] {
  return role.framework === 'terraform' ? inTerraform(role) : inCloudFormation(role);
}

function inTerraform(role: Resource): RolePolicy[] {
  const attached = belonging(role, 'aws_iam_role_policy_attachment', 'aws_iam_policy_attachment');
  return [
    ...documents(role, ['inline_policy', 'policy']),
    ...belonging(role, 'aws_iam_role_policy').flatMap((policy) => documents(policy, ['policy'])),
    ...arns(role, ['managed_policy_arns']),
    ...attached.flatMap((attachment) => arns(attachment, ['policy_arn'])),
  ];
}

function inCloudFormation(role: Resource): RolePolicy[] {
  return [
    ...documents(role, ['Policies', 'PolicyDocument']),
    ...belonging(role, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy').flatMap((policy) => documents(policy, ['PolicyDocument'])),
    ...arns(role, ['ManagedPolicyArns']),
  ];
}

function belonging(role: Resource, ...types: readonly string[]): readonly Resource[] {
  return [
    ...new Set(
      companions(role, ...types)
        .filter(isOfRole)
        .map((link) => link.resource),
    ),
  ];
}

function isOfRole({ attribute, certain }: Related): boolean {
  return certain && /^roles?$/iu.test(attribute);
}

function documents({ address, instances }: Resource, path: readonly string[]): RolePolicy[] {
  return instances.flatMap(({ attributes }) => all(attributes, ...path)).map((value) => ({ kind: 'document', name: address, value }));
}

/** Where the policy of an ARN is declared here, its document. */
function arns(holder: Resource, path: readonly string[]): RolePolicy[] {
  const values = holder.instances.flatMap(({ attributes }) => all(attributes, ...path));
  return values.flatMap((value): RolePolicy[] => {
    const address = value.state === 'unknown' ? value.reference?.address : undefined;
    const policy = holder.related.find(({ direction, resource }) => direction === 'to' && resource.address === address)?.resource;
    if (policy?.type === 'aws_iam_policy') return documents(policy, ['policy']);
    if (policy?.type === 'AWS::IAM::ManagedPolicy') return documents(policy, ['PolicyDocument']);
    return [{ kind: 'arn', name: holder.address, value }];
  });
}

/** Whether the role has a boundary, which its policies cannot go beyond. */
export function isBounded(role: Resource): boolean {
  return role.instances.every(({ attributes }: Instance) => {
    return at(attributes, role.framework === 'terraform' ? 'permissions_boundary' : 'PermissionsBoundary').state !== 'absent';
  });
}
