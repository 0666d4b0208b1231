import type { Instance } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import { asString, at } from '../../../domain/value.ts';
import { seen } from '../../../domain/wording.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';
import { declared, stack } from '../samples.ts';
import { GROUPS, isBalanced } from './group.ts';

function* judgements(instance: Instance): Iterable<Judgement> {
  const { attributes, resource } = instance;
  const name = resource.framework === 'terraform' ? 'health_check_type' : 'HealthCheckType';
  const balanced = isBalanced(instance);
  const type = at(attributes, name);
  // Several types may be named, with commas between them.
  if (balanced === false || /\b(?:ELB|VPC_LATTICE)\b/u.test(asString(type) ?? '')) return;
  const must = 'behind a load balancer it must be "ELB"';
  const message = type.state === 'absent' ? `${name} is not set, which means EC2; ${must}.` : `${name} is ${seen(type)}; ${must}.`;
  if (type.state === 'unknown') yield { violation: { outcome: 'undecided', message, span: type.span }, fix: null };
  else if (balanced === true)
    yield { violation: { outcome: 'fail', message, span: type.span }, fix: { kind: 'set', resource, path: [name], value: 'ELB' } };
  else
    yield {
      violation: { outcome: 'undecided', message: `${message} Whether there is one cannot be told: ${balanced.why}.`, span: balanced.span },
      fix: null,
    };
}

export const rule = defineRule({
  id: 'aws-autoscaling-elb-health-check',
  title: 'Auto Scaling group behind a load balancer must use its health checks',
  // AutoScaling.1 of AWS Foundational Security Best Practices is Low.
  severity: 'LOW',
  targets: GROUPS,
  topics: ['asg-elb-health-check'],
  why: 'EC2 only sees whether the machine runs. An instance whose application hangs is taken out by the load balancer, but is never replaced.',
  remedy: [
    'Set `health_check_type = "ELB"` (CloudFormation: `HealthCheckType: ELB`).',
    'Choose a grace period that is longer than an instance needs to start: `health_check_grace_period`.',
  ],
  references: [
    'https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-checks-overview.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/autoscaling-controls.html#autoscaling-1',
  ],
  controls: { fsbp: ['AutoScaling.1'], nist: ['CP-10', 'SI-2'], pci: ['2.2'] },
  equivalents: { checkov: ['CKV2_AWS_15'], guard: ['AUTOSCALING_GROUP_ELB_HEALTHCHECK_REQUIRED'] },
  // Instances that fail the checks of the load balancer are replaced from then on.
  ...judging(judgements, 'needs-review'),
  script(instance) {
    const name = asString(at(instance.attributes, instance.resource.framework === 'terraform' ? 'name' : 'AutoScalingGroupName')) ?? '';
    const wrong = [...judgements(instance)].some(({ violation }) => violation.outcome === 'fail');
    if (!wrong || !/^[A-Za-z0-9][\w.-]{0,254}$/u.test(name)) return null;
    return [
      ['aws', 'autoscaling', 'describe-auto-scaling-groups', `--auto-scaling-group-names=${name}`],
      ['aws', 'autoscaling', 'update-auto-scaling-group', `--auto-scaling-group-name=${name}`, '--health-check-type=ELB'],
    ];
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'checks of EC2',
          source: declared('aws_autoscaling_group', ['target_group_arns = ["web"]', 'health_check_type = "EC2"']),
          at: '"EC2"',
          fixed: declared('aws_autoscaling_group', ['target_group_arns = ["web"]', 'health_check_type = "ELB"']),
        },
        {
          name: 'nothing said',
          source: declared('aws_autoscaling_group', ['load_balancers = ["web"]']),
          at: 'resource "aws_autoscaling_group" "app"',
          fixed: declared('aws_autoscaling_group', ['load_balancers    = ["web"]', 'health_check_type = "ELB"']),
        },
        {
          name: 'no type of checks',
          source: declared('aws_autoscaling_group', ['load_balancers    = ["web"]', 'health_check_type = true']),
          at: 'true',
          fixed: declared('aws_autoscaling_group', ['load_balancers    = ["web"]', 'health_check_type = "ELB"']),
        },
      ],
      good: [
        {
          name: 'checks of the load balancer',
          source: declared('aws_autoscaling_group', ['load_balancers    = ["web"]', 'health_check_type = "ELB"']),
        },
        { name: 'no load balancer', source: declared('aws_autoscaling_group', ['health_check_type = "EC2"']) },
      ],
      undecided: [
        {
          name: 'a variable without a value decides on the type',
          source: declared('aws_autoscaling_group', ['load_balancers    = ["web"]', 'health_check_type = var.unset']),
          at: 'var.unset',
        },
        {
          name: 'a variable without a value decides on the load balancer',
          source: declared('aws_autoscaling_group', ['load_balancers = [var.unset]']),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'checks of EC2',
          source: stack('AWS::AutoScaling::AutoScalingGroup', ['LoadBalancerNames: [web]', 'HealthCheckType: EC2,EBS']),
          at: 'EC2,EBS',
          fixed: stack('AWS::AutoScaling::AutoScalingGroup', ['LoadBalancerNames: [web]', 'HealthCheckType: ELB']),
        },
        {
          name: 'nothing said',
          source: stack('AWS::AutoScaling::AutoScalingGroup', ['TargetGroupARNs: [web]']),
          at: 'App',
          fixed: stack('AWS::AutoScaling::AutoScalingGroup', ['TargetGroupARNs: [web]', 'HealthCheckType: ELB']),
        },
        {
          name: 'no type of checks',
          source: stack('AWS::AutoScaling::AutoScalingGroup', ['TargetGroupARNs: [web]', 'HealthCheckType: true']),
          at: 'true',
          fixed: stack('AWS::AutoScaling::AutoScalingGroup', ['TargetGroupARNs: [web]', 'HealthCheckType: ELB']),
        },
      ],
      good: [
        {
          name: 'checks of the load balancer among others',
          source: stack('AWS::AutoScaling::AutoScalingGroup', ['LoadBalancerNames: [web]', 'HealthCheckType: EC2,ELB']),
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::AutoScaling::AutoScalingGroup', ['LoadBalancerNames: [web]', 'HealthCheckType: !Ref Unset']),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
