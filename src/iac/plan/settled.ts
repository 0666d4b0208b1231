/**
 * Attributes that the AWS provider settles itself when nobody writes them (optional and computed in its schema, versions 5
 * and 6, of the types that rules judge), none of them a nested block. Without the source, a plan cannot tell a nested block
 * that nobody wrote from a `dynamic` one whose number is not known; of these, it can.
 */
const SETTLED: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    aws_ami: 'image_location',
    aws_ami_copy: 'kms_key_id',
    aws_autoscaling_group:
      'availability_zones default_cooldown desired_capacity health_check_type load_balancers name name_prefix service_linked_role_arn target_group_arns vpc_zone_identifier',
    aws_default_route_table: 'route',
    aws_default_security_group: 'egress ingress vpc_id',
    aws_default_vpc: 'enable_network_address_usage_metrics ipv6_cidr_block ipv6_cidr_block_network_border_group',
    aws_ebs_snapshot: 'storage_tier',
    aws_ebs_snapshot_copy: 'storage_tier',
    aws_ebs_volume: 'encrypted iops kms_key_id size snapshot_id throughput type',
    aws_ec2_transit_gateway: 'encryption_support',
    aws_eip: 'domain instance ipam_pool_id network_border_group network_interface public_ipv4_pool',
    aws_instance:
      'ami associate_public_ip_address availability_zone disable_api_stop disable_api_termination ebs_optimized enable_primary_ipv6 host_id host_resource_group_arn iam_instance_profile instance_initiated_shutdown_behavior instance_type ipv6_address_count ipv6_addresses key_name monitoring placement_group placement_group_id placement_partition_number private_ip secondary_private_ips security_groups subnet_id tenancy user_data_base64 vpc_security_group_ids',
    aws_launch_configuration: 'associate_public_ip_address ebs_optimized key_name name name_prefix',
    aws_launch_template: 'default_version name name_prefix',
    aws_network_acl: 'egress ingress subnet_ids',
    aws_route: 'network_interface_id',
    aws_route_table: 'propagating_vgws route',
    aws_s3_access_point: 'account_id bucket_account_id policy',
    aws_s3_account_public_access_block: 'account_id',
    aws_s3_bucket: 'acceleration_status acl bucket bucket_namespace bucket_prefix object_lock_enabled policy request_payer',
    aws_s3_bucket_lifecycle_configuration: 'expected_bucket_owner transition_default_minimum_object_size',
    aws_s3_bucket_object: 'bucket_key_enabled content_type etag kms_key_id server_side_encryption storage_class',
    aws_s3_bucket_website_configuration: 'routing_rules',
    aws_s3_object: 'acl bucket_key_enabled content_type etag kms_key_id server_side_encryption storage_class',
    aws_s3_object_copy:
      'acl bucket_key_enabled cache_control content_disposition content_encoding content_language content_type customer_algorithm customer_key_md5 kms_encryption_context kms_key_id metadata object_lock_legal_hold_status object_lock_mode object_lock_retain_until_date server_side_encryption storage_class website_redirect',
    aws_security_group: 'egress ingress name name_prefix vpc_id',
    aws_security_group_rule: 'source_security_group_id',
    aws_subnet: 'availability_zone availability_zone_id cidr_block ipv6_cidr_block private_dns_hostname_type_on_launch',
    aws_vpc: 'cidr_block enable_dns_hostnames enable_network_address_usage_metrics ipv6_cidr_block ipv6_cidr_block_network_border_group',
    aws_vpc_endpoint: 'ip_address_type policy private_dns_enabled route_table_ids security_group_ids service_region subnet_ids',
    aws_vpc_endpoint_service: 'allowed_principals private_dns_name supported_ip_address_types supported_regions',
  }).map(([type, attributes]) => [type, new Set(attributes.split(' '))]),
);

export function settles(type: string, attribute: string): boolean {
  return SETTLED.get(type)?.has(attribute) === true;
}
