/** An Auto Scaling group: what it takes its instances from, and which load balancers send them requests. */
import type { Instance } from '../../../domain/resource.ts';
import type { Value } from '../../../domain/value.ts';
import { all, at } from '../../../domain/value.ts';
import { elements } from '../../attribute.ts';
import type { Companion } from '../network/companion.ts';
import { companionsOf } from '../network/companion.ts';
import type { Doubt } from '../network/traffic.ts';

export const GROUPS = { terraform: ['aws_autoscaling_group'], cloudformation: ['AWS::AutoScaling::AutoScalingGroup'] } as const;

const TERRAFORM = ['load_balancers', 'target_group_arns', 'traffic_source'];
const CLOUDFORMATION = ['LoadBalancerNames', 'TargetGroupARNs', 'TrafficSources'];

const ATTACHMENTS: readonly Companion[] = [
  { type: 'aws_autoscaling_attachment', attribute: 'autoscaling_group_name' },
  { type: 'aws_autoscaling_traffic_source_attachment', attribute: 'autoscaling_group_name' },
];

/** Whether a load balancer sends requests to the group; or why that cannot be told. */
export function isBalanced(instance: Instance): boolean | Doubt {
  const names = instance.resource.framework === 'terraform' ? TERRAFORM : CLOUDFORMATION;
  const named = names.flatMap((name) => all(instance.attributes, name).map((value) => ({ name, value })));
  if (named.some(({ value }) => isNamed(value))) return true;
  const { found, doubt } = companionsOf(instance, ATTACHMENTS);
  if (found.length > 0) return true;
  const open = named.map(({ name, value }) =>
    value.state === 'unknown' ? { why: `${name} is not known: ${value.reason}`, span: value.span } : null,
  );
  return open.find((each) => each !== null) ?? doubt ?? false;
}

/** What exists only after creation is something. */
function isNamed(value: Value): boolean {
  return value.state === 'known' || (value.state === 'unknown' && value.reference !== undefined);
}

/** Values by which the group takes its instances from launch templates, and from a launch configuration. */
export function sourcesOf({ attributes, resource }: Instance): { readonly templates: readonly Value[]; readonly configuration: Value } {
  const terraform = resource.framework === 'terraform';
  const paths = terraform
    ? [['launch_template'], ['mixed_instances_policy', 'launch_template']]
    : [['LaunchTemplate'], ['MixedInstancesPolicy', 'LaunchTemplate']];
  return {
    templates: paths.flatMap((path) => elements(attributes, path).map(({ value }) => value)),
    configuration: at(attributes, terraform ? 'launch_configuration' : 'LaunchConfigurationName'),
  };
}
