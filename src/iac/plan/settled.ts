/**
 * Attributes that the AWS provider settles itself when nobody writes them (optional and computed in its schema,
 * version 5), none of them a nested block. Without the source, a plan cannot tell a nested block that nobody wrote from
 * a `dynamic` one whose number is not known; of these, it can.
 */
const SETTLED: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    aws_ami_copy: 'kms_key_id',
    aws_autoscaling_group: 'health_check_type load_balancers target_group_arns',
    aws_ebs_volume: 'encrypted kms_key_id size type',
    aws_eip: 'instance network_interface',
    aws_instance:
      'associate_public_ip_address ebs_optimized iam_instance_profile monitoring security_groups subnet_id user_data user_data_base64 vpc_security_group_ids',
    aws_launch_configuration: 'associate_public_ip_address ebs_optimized',
    aws_s3_bucket: 'acceleration_status acl bucket bucket_prefix object_lock_enabled policy request_payer',
    aws_security_group: 'egress ingress name name_prefix vpc_id',
    aws_subnet: 'cidr_block ipv6_cidr_block',
  }).map(([type, attributes]) => [type, new Set(attributes.split(' '))]),
);

export function settles(type: string, attribute: string): boolean {
  return SETTLED.get(type)?.has(attribute) === true;
}
