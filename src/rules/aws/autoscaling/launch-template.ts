import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { declared, stack } from '../samples.ts';
import { GROUPS, sourcesOf } from './group.ts';

const MUST = 'the group must use a launch template';

function* judge(instance: Instance): Iterable<Violation> {
  const { templates, configuration } = sourcesOf(instance);
  if (templates.some(({ state }) => state === 'known')) return;
  const unknown = templates.find(({ state }) => state === 'unknown');
  if (unknown?.state === 'unknown')
    yield {
      outcome: 'undecided',
      message: `Whether the group uses a launch template is not known: ${unknown.reason}; ${MUST}.`,
      span: unknown.span,
    };
  // Whichever launch configuration it is, it is no template.
  else if (configuration.state !== 'absent')
    yield { outcome: 'fail', message: `The group uses a launch configuration; ${MUST}.`, span: configuration.span };
  else yield { outcome: 'fail', message: `The group names no launch template; ${MUST}.`, span: instance.resource.header };
}

export const rule = defineRule({
  id: 'aws-autoscaling-launch-template',
  title: 'Auto Scaling group must use a launch template',
  // AutoScaling.9 of AWS Foundational Security Best Practices is Medium.
  severity: 'MEDIUM',
  targets: GROUPS,
  topics: ['asg-launch-template'],
  why: 'Launch configurations get no new features of EC2 and cannot be made in new accounts; templates have versions, so that a change can be seen and taken back.',
  remedy: [
    'Declare an `aws_launch_template` with the settings of the launch configuration, and `metadata_options { http_tokens = "required" }`.',
    'Name it in `launch_template` of the group, with its `id` and a `version`, and remove `launch_configuration` (CloudFormation: `LaunchTemplate` in place of `LaunchConfigurationName`).',
    'Start an instance refresh, so that instances of the old configuration are replaced.',
  ],
  references: [
    'https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-templates.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/autoscaling-controls.html#autoscaling-9',
  ],
  controls: { fsbp: ['AutoScaling.9'], nist: ['CM-2'] },
  equivalents: { checkov: ['CKV_AWS_315'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'a launch configuration',
          source: declared('aws_autoscaling_group', ['max_size             = 2', 'launch_configuration = "web"']),
          at: '"web"',
        },
        {
          name: 'a launch configuration that is declared here',
          source: declared(
            'aws_autoscaling_group',
            ['max_size             = 2', 'launch_configuration = aws_launch_configuration.web.name'],
            'resource "aws_launch_configuration" "web" {\n  image_id      = "ami-0123456789abcdef0"\n  instance_type = "t3.micro"\n}\n',
          ),
          at: 'aws_launch_configuration.web.name',
        },
        {
          name: 'a launch configuration that is not known',
          source: declared('aws_autoscaling_group', ['launch_configuration = var.unset']),
          at: 'var.unset',
        },
        { name: 'neither', source: declared('aws_autoscaling_group', ['max_size = 2']), at: 'resource "aws_autoscaling_group" "app"' },
      ],
      good: [
        {
          name: 'a launch template',
          source: declared('aws_autoscaling_group', ['launch_template {', '  id      = "lt-0123456789abcdef0"', '  version = "3"', '}']),
        },
        {
          name: 'several kinds of instances from launch templates',
          source: declared('aws_autoscaling_group', [
            'mixed_instances_policy {',
            '  launch_template {',
            '    launch_template_specification {',
            '      launch_template_name = "web"',
            '    }',
            '  }',
            '}',
          ]),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides whether there is a template',
          source: declared('aws_autoscaling_group', [
            'dynamic "launch_template" {',
            '  for_each = var.unset',
            '',
            '  content {',
            '    id = launch_template.value',
            '  }',
            '}',
          ]),
          at: 'dynamic "launch_template"',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'a launch configuration',
          source: stack('AWS::AutoScaling::AutoScalingGroup', ['MaxSize: "2"', 'LaunchConfigurationName: web']),
          at: 'web',
        },
        { name: 'neither', source: stack('AWS::AutoScaling::AutoScalingGroup', ['MaxSize: "2"']), at: 'App' },
      ],
      good: [
        {
          name: 'a launch template',
          source: stack('AWS::AutoScaling::AutoScalingGroup', [
            'MaxSize: "2"',
            'LaunchTemplate:',
            '  LaunchTemplateId: lt-0123456789abcdef0',
            '  Version: "3"',
          ]),
        },
        {
          name: 'several kinds of instances from launch templates',
          source: stack('AWS::AutoScaling::AutoScalingGroup', [
            'MixedInstancesPolicy:',
            '  LaunchTemplate:',
            '    LaunchTemplateSpecification: { LaunchTemplateName: web, Version: "3" }',
          ]),
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::AutoScaling::AutoScalingGroup', ['LaunchTemplate: !Ref Unset']),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
