import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { declared, stack } from '../samples.ts';
import { GROUPS, isBalanced } from './group.ts';

const MUST = 'it must name a load balancer or target group';

function* judge(instance: Instance): Iterable<Violation> {
  const balanced = isBalanced(instance);
  if (typeof balanced !== 'boolean')
    yield {
      outcome: 'undecided',
      message: `Whether the group is behind a load balancer cannot be told: ${balanced.why}; ${MUST}.`,
      span: balanced.span,
    };
  else if (!balanced) yield { outcome: 'fail', message: `The group is behind no load balancer; ${MUST}.`, span: instance.resource.header };
}

export const rule = defineRule({
  id: 'aws-autoscaling-load-balancer',
  title: 'Auto Scaling group must be behind a load balancer',
  // A house rule: another checker gives MEDIUM, but groups of workers that take from a queue need no load balancer.
  severity: 'LOW',
  targets: GROUPS,
  topics: ['asg-no-elb'],
  why: 'Without a load balancer clients talk to single instances: they fail with them, and each instance has to be reachable itself.',
  remedy: [
    'Choose the target group, and name it in `target_group_arns` (CloudFormation: `TargetGroupARNs`), or attach it with `aws_autoscaling_attachment`.',
    'Where the instances serve nobody, record an exception.',
  ],
  references: ['https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-load-balancer.html'],
  controls: { nist: ['SC-5'] },
  equivalents: {},
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'an empty list',
          source: declared('aws_autoscaling_group', ['load_balancers = []']),
          at: 'resource "aws_autoscaling_group" "app"',
        },
        {
          name: 'none is named',
          source: declared('aws_autoscaling_group', ['max_size = 2']),
          at: 'resource "aws_autoscaling_group" "app"',
        },
      ],
      good: [
        { name: 'a classic load balancer', source: declared('aws_autoscaling_group', ['load_balancers = ["web"]']) },
        {
          name: 'a target group that is declared here',
          source: declared(
            'aws_autoscaling_group',
            ['target_group_arns = [aws_lb_target_group.web.arn]'],
            'resource "aws_lb_target_group" "web" {\n  port     = 443\n  protocol = "HTTPS"\n}\n',
          ),
        },
        {
          name: 'attached by a resource of its own',
          source: declared(
            'aws_autoscaling_group',
            ['max_size = 2'],
            `resource "aws_autoscaling_attachment" "web" {
  autoscaling_group_name = aws_autoscaling_group.app.name
  elb                    = "web"
}
`,
          ),
        },
        {
          name: 'a traffic source',
          source: declared('aws_autoscaling_group', ['traffic_source {', '  identifier = "web"', '  type       = "elb"', '}']),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_autoscaling_group', ['target_group_arns = var.unset']),
          at: 'var.unset',
        },
        {
          name: 'an attachment of a group that is not known',
          source: declared(
            'aws_autoscaling_group',
            ['max_size = 2'],
            'resource "aws_autoscaling_traffic_source_attachment" "web" {\n  autoscaling_group_name = var.unset\n}\n',
          ),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'an empty list', source: stack('AWS::AutoScaling::AutoScalingGroup', ['LoadBalancerNames: []']), at: 'App' },
        { name: 'none is named', source: stack('AWS::AutoScaling::AutoScalingGroup', ['MaxSize: "2"']), at: 'App' },
      ],
      good: [
        {
          name: 'a target group',
          source: stack('AWS::AutoScaling::AutoScalingGroup', ['TargetGroupARNs: [!ImportValue WebTargets, web]']),
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::AutoScaling::AutoScalingGroup', ['TargetGroupARNs: [!Ref Unset]']),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
