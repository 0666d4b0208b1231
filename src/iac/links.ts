/**
 * Which declarations of one root are related: by reference, and where an attribute that names another
 * declaration holds a name that is known.
 */
import { groupBy } from '../domain/group-by.ts';
import type { Resource } from '../domain/resource.ts';
import type { Value } from '../domain/value.ts';
import { all, asString } from '../domain/value.ts';

/** An attribute (first step of its path) holds a reference to the declaration at an address. */
export interface Mention {
  readonly attribute: string;
  readonly to: string;
}

/** A declaration that can say what it refers to. */
export interface Mentioning extends Resource {
  mentions(): readonly Mention[];
}

/** A link by addresses. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly attribute: string;
  readonly certain: boolean;
}

/** Links of a root's declarations by the address that they leave and that they reach; may overlay those of an earlier reading. */
export class Links {
  readonly #names: Names;
  readonly #from = new Map<string, readonly Link[]>();
  readonly #to: ReadonlyMap<string, readonly Link[]>;
  readonly #base: { readonly links: Links; readonly changed: ReadonlySet<string> } | undefined;

  /** `resources`: all, or with `base` those that changed since; `changed`: addresses of which the base is not asked. */
  constructor(resources: readonly Mentioning[], base?: { readonly links: Links; readonly changed: ReadonlySet<string> }) {
    this.#base = base;
    this.#names = base === undefined ? new Names(resources) : new Names(resources, base.links.#names, base.changed);
    for (const resource of resources) this.#from.set(resource.address, linksFrom(resource, resource.mentions(), this.#names));
    this.#to = groupBy([...this.#from.values()].flat(), ({ to }) => to);
  }

  from(address: string): readonly Link[] {
    return this.#base === undefined || this.#base.changed.has(address) ? (this.#from.get(address) ?? []) : this.#base.links.from(address);
  }

  to(address: string): readonly Link[] {
    const own = this.#to.get(address) ?? [];
    const base = this.#base;
    return base === undefined ? own : [...base.links.to(address).filter(({ from }) => !base.changed.has(from)), ...own];
  }
}

/**
 * More declarations than this with an unknown name are not linked to everything that they could name:
 * what the first ones leave undecided does not become more so, and the number of links would be quadratic.
 */
const MAX_UNCERTAIN = 16;

/** Names and types of the declarations of a root; may overlay another root's, of which some declarations changed. */
class Names {
  readonly #named = new Map<string, Set<string>>();
  readonly #types = new Map<string, Map<string, string>>();
  readonly #uncertain = new Map<string, Set<string>>();
  readonly #base: Names | undefined;
  readonly #changed: ReadonlySet<string>;

  /** `changed`: addresses of which the base is not asked. */
  constructor(resources: Iterable<Resource>, base?: Names, changed: ReadonlySet<string> = new Set()) {
    this.#base = base;
    this.#changed = changed;
    for (const resource of resources) this.#add(resource);
  }

  #add(resource: Resource): void {
    const own = this.#types.get(resource.type);
    if (own === undefined) this.#types.set(resource.type, new Map([[resource.address, resource.type]]));
    else own.set(resource.address, resource.type);
    for (const attribute of NAMED_BY.get(resource.type) ?? []) {
      for (const instance of resource.instances) {
        const name = asString(at(instance.attributes, attribute));
        if (name === undefined) continue;
        const key = `${resource.type}\u0000${name}`;
        const addresses = this.#named.get(key);
        if (addresses === undefined) this.#named.set(key, new Set([resource.address]));
        else addresses.add(resource.address);
      }
    }
  }

  /** Addresses of the declarations of a type that have this name. */
  find(type: string, name: string): string[] {
    const inherited = this.#base?.find(type, name).filter((address) => !this.#changed.has(address)) ?? [];
    return [...inherited, ...(this.#named.get(`${type}\u0000${name}`) ?? [])];
  }

  ofType(type: string): string[] {
    const inherited = this.#base?.ofType(type).filter((address) => !this.#changed.has(address)) ?? [];
    return [...inherited, ...(this.#types.get(type)?.keys() ?? [])];
  }

  isOfType(address: string, type: string): boolean {
    if (this.#types.get(type)?.has(address) === true) return true;
    return !this.#changed.has(address) && this.#base?.isOfType(address, type) === true;
  }

  /** True for the first few declarations of a type that ask for the same attribute, or for the same name in it. */
  mayBeUncertain(resource: Resource, attribute: string): boolean {
    const key = `${resource.type}\u0000${attribute}`;
    let asked = this.#uncertain.get(key);
    if (asked === undefined) this.#uncertain.set(key, (asked = new Set()));
    if (asked.size < MAX_UNCERTAIN) asked.add(resource.address);
    return asked.has(resource.address);
  }
}

function at(attributes: Value, name: string): Value {
  return all(attributes, name)[0] ?? { state: 'absent', span: attributes.span };
}

/** Links that leave one declaration, certain ones first; each pair and attribute once. */
function linksFrom(resource: Resource, mentions: readonly Mention[], names: Names): Link[] {
  const links = new Map<string, Link>();
  const add = (to: string, attribute: string, certain: boolean): void => {
    const key = `${attribute}\u0000${to}`;
    if (to !== resource.address && links.get(key)?.certain !== true) links.set(key, { from: resource.address, to, attribute, certain });
  };
  const isMentioned = (type: string, attribute: string): boolean =>
    mentions.some((each) => each.attribute === attribute && names.isOfType(each.to, type));
  const open: { type: string; attribute: string }[] = [];
  const exact = new Set<string>();
  for (const { path, type } of NAMING.get(resource.type) ?? []) {
    const [attribute = ''] = path;
    for (const instance of resource.instances) {
      for (const value of all(instance.attributes, ...path)) {
        const name = asString(value);
        if (value.state === 'unknown') {
          if (value.reference === undefined) open.push({ type, attribute });
          else exact.add(value.reference.address);
        } else if (name !== undefined && !isMentioned(type, attribute)) {
          const found = names.find(type, name);
          if (found.length > 1 && !names.mayBeUncertain(resource, `${attribute}\u0000${name}`)) continue;
          for (const to of found) add(to, attribute, found.length === 1);
        }
      }
    }
  }
  const either = new Set<string>();
  for (const { type, attribute } of open) {
    const mentioned = mentions.filter((each) => each.attribute === attribute && names.isOfType(each.to, type));
    // What is not known and mentions several is one of them.
    if (mentioned.length > 1) for (const { to } of mentioned) if (!exact.has(to)) either.add(to);
    if (mentioned.length > 0 || !names.mayBeUncertain(resource, attribute)) continue;
    for (const to of names.ofType(type)) add(to, attribute, false);
  }
  for (const { to, attribute } of mentions) add(to, attribute, !either.has(to));
  for (const type of ACCOUNT_WIDE.get(resource.type) ?? []) {
    if (!names.mayBeUncertain(resource, ACCOUNT)) continue;
    for (const to of names.ofType(type)) add(to, ACCOUNT, true);
  }
  return [...links.values()];
}

/** What these declare holds for each declaration of some types, as all of a root are in one account. */
const ACCOUNT_WIDE: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws_backup_selection', ['aws_ebs_volume']],
  ['aws_config_config_rule', ['aws_config_config_rule']],
  ['AWS::Config::ConfigRule', ['AWS::Config::ConfigRule']],
  [
    'aws_s3_account_public_access_block',
    ['aws_s3_bucket', 'aws_s3_bucket_acl', 'aws_s3_bucket_policy', 'aws_s3_bucket_public_access_block'],
  ],
]);
const ACCOUNT = 'account_id';

interface Naming {
  readonly path: readonly string[];
  /** Type of the declaration that is named. */
  readonly type: string;
}

/** Attributes that tell the name of a declaration before it exists. */
const NAMED_BY: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws_s3_bucket', ['bucket']],
  ['aws_security_group', ['name']],
  ['aws_launch_template', ['name']],
  ['aws_launch_configuration', ['name']],
  ['aws_autoscaling_group', ['name']],
  ['aws_iam_instance_profile', ['name']],
  ['aws_iam_role', ['name']],
  ['aws_key_pair', ['key_name']],
  ['AWS::S3::Bucket', ['BucketName']],
  ['AWS::EC2::SecurityGroup', ['GroupName']],
  ['AWS::EC2::LaunchTemplate', ['LaunchTemplateName']],
  ['AWS::IAM::InstanceProfile', ['InstanceProfileName']],
  ['AWS::IAM::Role', ['RoleName']],
  ['AWS::EC2::KeyPair', ['KeyName']],
]);

/** `type: path > named type` for each attribute that names another declaration. */
const NAMING: ReadonlyMap<string, readonly Naming[]> = table(`
  aws_s3_bucket: logging.target_bucket > aws_s3_bucket
  aws_s3_bucket_accelerate_configuration: bucket > aws_s3_bucket
  aws_s3_bucket_acl: bucket > aws_s3_bucket
  aws_s3_bucket_analytics_configuration: bucket > aws_s3_bucket
  aws_s3_bucket_cors_configuration: bucket > aws_s3_bucket
  aws_s3_bucket_intelligent_tiering_configuration: bucket > aws_s3_bucket
  aws_s3_bucket_inventory: bucket > aws_s3_bucket
  aws_s3_bucket_lifecycle_configuration: bucket > aws_s3_bucket
  aws_s3_bucket_logging: bucket > aws_s3_bucket
  aws_s3_bucket_logging: target_bucket > aws_s3_bucket
  aws_s3_bucket_metric: bucket > aws_s3_bucket
  aws_s3_bucket_notification: bucket > aws_s3_bucket
  aws_s3_bucket_object: bucket > aws_s3_bucket
  aws_s3_bucket_object_lock_configuration: bucket > aws_s3_bucket
  aws_s3_bucket_ownership_controls: bucket > aws_s3_bucket
  aws_s3_bucket_policy: bucket > aws_s3_bucket
  aws_s3_bucket_public_access_block: bucket > aws_s3_bucket
  aws_s3_bucket_replication_configuration: bucket > aws_s3_bucket
  aws_s3_bucket_request_payment_configuration: bucket > aws_s3_bucket
  aws_s3_bucket_server_side_encryption_configuration: bucket > aws_s3_bucket
  aws_s3_bucket_versioning: bucket > aws_s3_bucket
  aws_s3_bucket_website_configuration: bucket > aws_s3_bucket
  aws_s3_access_point: bucket > aws_s3_bucket
  aws_s3_object: bucket > aws_s3_bucket
  aws_autoscaling_group: launch_configuration > aws_launch_configuration
  aws_autoscaling_group: launch_template.id > aws_launch_template
  aws_autoscaling_group: launch_template.name > aws_launch_template
  aws_autoscaling_attachment: autoscaling_group_name > aws_autoscaling_group
  aws_autoscaling_traffic_source_attachment: autoscaling_group_name > aws_autoscaling_group
  aws_default_security_group: vpc_id > aws_vpc
  aws_ebs_snapshot: volume_id > aws_ebs_volume
  aws_eip_association: allocation_id > aws_eip
  aws_flow_log: vpc_id > aws_vpc
  aws_flow_log: subnet_id > aws_subnet
  aws_iam_instance_profile: role > aws_iam_role
  aws_iam_policy_attachment: roles > aws_iam_role
  aws_iam_role_policy: role > aws_iam_role
  aws_iam_role_policy_attachment: role > aws_iam_role
  aws_instance: iam_instance_profile > aws_iam_instance_profile
  aws_instance: key_name > aws_key_pair
  aws_instance: launch_template.id > aws_launch_template
  aws_instance: launch_template.name > aws_launch_template
  aws_instance: security_groups > aws_security_group
  aws_instance: subnet_id > aws_subnet
  aws_instance: vpc_security_group_ids > aws_security_group
  aws_launch_configuration: iam_instance_profile > aws_iam_instance_profile
  aws_launch_configuration: security_groups > aws_security_group
  aws_launch_template: iam_instance_profile.name > aws_iam_instance_profile
  aws_launch_template: network_interfaces.security_groups > aws_security_group
  aws_launch_template: vpc_security_group_ids > aws_security_group
  aws_network_interface: security_groups > aws_security_group
  aws_network_interface: subnet_id > aws_subnet
  aws_network_interface_sg_attachment: security_group_id > aws_security_group
  aws_nat_gateway: allocation_id > aws_eip
  aws_route: route_table_id > aws_route_table
  aws_route_table_association: subnet_id > aws_subnet
  aws_security_group: vpc_id > aws_vpc
  aws_security_group_rule: security_group_id > aws_security_group
  aws_subnet: vpc_id > aws_vpc
  aws_network_acl_association: network_acl_id > aws_network_acl
  aws_network_acl_rule: network_acl_id > aws_network_acl
  aws_networkfirewall_firewall: vpc_id > aws_vpc
  aws_networkfirewall_logging_configuration: firewall_arn > aws_networkfirewall_firewall
  aws_vpc_endpoint: vpc_id > aws_vpc
  aws_vpc_endpoint_route_table_association: vpc_endpoint_id > aws_vpc_endpoint
  aws_volume_attachment: instance_id > aws_instance
  aws_volume_attachment: volume_id > aws_ebs_volume
  aws_vpc_security_group_egress_rule: security_group_id > aws_security_group
  aws_vpc_security_group_ingress_rule: security_group_id > aws_security_group
  AWS::S3::Bucket: LoggingConfiguration.DestinationBucketName > AWS::S3::Bucket
  AWS::S3::BucketPolicy: Bucket > AWS::S3::Bucket
  AWS::S3::AccessPoint: Bucket > AWS::S3::Bucket
  AWS::AutoScaling::LaunchConfiguration: IamInstanceProfile > AWS::IAM::InstanceProfile
  AWS::AutoScaling::LaunchConfiguration: SecurityGroups > AWS::EC2::SecurityGroup
  AWS::EC2::EIPAssociation: AllocationId > AWS::EC2::EIP
  AWS::EC2::EIPAssociation: EIP > AWS::EC2::EIP
  AWS::EC2::FlowLog: ResourceId > AWS::EC2::VPC
  AWS::EC2::Instance: IamInstanceProfile > AWS::IAM::InstanceProfile
  AWS::EC2::Instance: KeyName > AWS::EC2::KeyPair
  AWS::EC2::Instance: LaunchTemplate.LaunchTemplateId > AWS::EC2::LaunchTemplate
  AWS::EC2::Instance: LaunchTemplate.LaunchTemplateName > AWS::EC2::LaunchTemplate
  AWS::EC2::Instance: NetworkInterfaces.GroupSet > AWS::EC2::SecurityGroup
  AWS::EC2::Instance: NetworkInterfaces.SubnetId > AWS::EC2::Subnet
  AWS::EC2::Instance: SecurityGroupIds > AWS::EC2::SecurityGroup
  AWS::EC2::Instance: SecurityGroups > AWS::EC2::SecurityGroup
  AWS::EC2::Instance: SubnetId > AWS::EC2::Subnet
  AWS::EC2::LaunchTemplate: LaunchTemplateData.IamInstanceProfile.Name > AWS::IAM::InstanceProfile
  AWS::EC2::LaunchTemplate: LaunchTemplateData.NetworkInterfaces.Groups > AWS::EC2::SecurityGroup
  AWS::EC2::LaunchTemplate: LaunchTemplateData.SecurityGroupIds > AWS::EC2::SecurityGroup
  AWS::EC2::NatGateway: AllocationId > AWS::EC2::EIP
  AWS::EC2::Route: RouteTableId > AWS::EC2::RouteTable
  AWS::EC2::SecurityGroup: VpcId > AWS::EC2::VPC
  AWS::EC2::SecurityGroupEgress: GroupId > AWS::EC2::SecurityGroup
  AWS::EC2::SecurityGroupIngress: GroupId > AWS::EC2::SecurityGroup
  AWS::EC2::SecurityGroupIngress: GroupName > AWS::EC2::SecurityGroup
  AWS::EC2::Subnet: VpcId > AWS::EC2::VPC
  AWS::EC2::SubnetRouteTableAssociation: SubnetId > AWS::EC2::Subnet
  AWS::EC2::SubnetNetworkAclAssociation: NetworkAclId > AWS::EC2::NetworkAcl
  AWS::EC2::VPCEndpoint: VpcId > AWS::EC2::VPC
  AWS::EC2::VPCGatewayAttachment: VpcId > AWS::EC2::VPC
  AWS::NetworkFirewall::Firewall: VpcId > AWS::EC2::VPC
  AWS::NetworkFirewall::LoggingConfiguration: FirewallArn > AWS::NetworkFirewall::Firewall
  AWS::EC2::VolumeAttachment: InstanceId > AWS::EC2::Instance
  AWS::EC2::VolumeAttachment: VolumeId > AWS::EC2::Volume
  AWS::IAM::InstanceProfile: Roles > AWS::IAM::Role
  AWS::IAM::ManagedPolicy: Roles > AWS::IAM::Role
  AWS::IAM::Policy: Roles > AWS::IAM::Role
`);

function table(text: string): ReadonlyMap<string, readonly Naming[]> {
  const entries = new Map<string, Naming[]>();
  for (const line of text.trim().split('\n')) {
    const [subject = '', type = ''] = line.trim().split(' > ');
    const [from = '', path = ''] = subject.split(': ');
    const list = entries.get(from) ?? [];
    list.push({ path: path.split('.'), type });
    entries.set(from, list);
  }
  return entries;
}
