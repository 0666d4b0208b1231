import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { asString, at } from '../../../domain/value.ts';
import { seen } from '../../../domain/wording.ts';
import { another, declared, stack } from '../samples.ts';
import { isWritten, launchTemplate } from './launch.ts';

const MUST = 'it must name an instance profile';

function* judge(instance: Instance): Iterable<Violation> {
  const { attributes, resource } = instance;
  const name = resource.framework === 'terraform' ? 'iam_instance_profile' : 'IamInstanceProfile';
  const value = at(attributes, name);
  const origin = launchTemplate(instance);
  if (value.state === 'unknown') {
    if (value.reference === undefined)
      yield { outcome: 'undecided', message: `${name} is not known: ${value.reason}; ${MUST}.`, span: value.span };
  } else if (value.state === 'known') {
    if ((asString(value) ?? '') === '') yield { outcome: 'fail', message: `${name} is ${seen(value)}; ${MUST}.`, span: value.span };
  } else if (origin.declared === 'elsewhere')
    yield {
      outcome: 'undecided',
      message: `${name} is not set here and comes from a launch template declared elsewhere; ${MUST}.`,
      span: origin.reference.span,
    };
  else if (origin.declared === 'none' || !origin.template.instances.some(hasProfile))
    yield { outcome: 'fail', message: `${name} is not set; ${MUST}.`, span: value.span };
}

function hasProfile({ attributes, resource }: Instance): boolean {
  const path = resource.framework === 'terraform' ? ['iam_instance_profile'] : ['LaunchTemplateData', 'IamInstanceProfile'];
  return isWritten(attributes, ...path);
}

export const rule = defineRule({
  id: 'aws-ec2-instance-profile',
  title: 'Instance must have an instance profile',
  // A house rule: other checkers give MEDIUM, but an instance without a role can do no harm by it.
  severity: 'LOW',
  targets: { terraform: ['aws_instance'], cloudformation: ['AWS::EC2::Instance'] },
  topics: ['ec2-iam-role-attached'],
  why: 'Software on an instance without a role gets its permissions by keys that are copied there, and that nobody changes again. A role also lets Systems Manager in, in place of SSH.',
  remedy: [
    'Choose what the instance may do, and declare a role for EC2 with it and an instance profile for the role.',
    'Name the profile in `iam_instance_profile` (CloudFormation: `IamInstanceProfile`).',
  ],
  references: ['https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html'],
  controls: { nist: ['AC-3', 'IA-5'] },
  equivalents: { checkov: ['CKV2_AWS_41'], guard: ['EC2_INSTANCE_PROFILE_ATTACHED'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        { name: 'none is named', source: declared('aws_instance', ['instance_type = "t3.micro"']), at: 'resource "aws_instance" "app"' },
        { name: 'an empty text', source: declared('aws_instance', ['iam_instance_profile = ""']), at: '""' },
        {
          name: 'its launch template names none either',
          source: declared(
            'aws_instance',
            ['launch_template {', '  id = aws_launch_template.web.id', '}'],
            'resource "aws_launch_template" "web" {\n  instance_type = "t3.micro"\n}\n',
          ),
          at: 'resource "aws_instance" "app"',
        },
      ],
      good: [
        { name: 'a profile by its name', source: declared('aws_instance', ['iam_instance_profile = "web"']) },
        {
          name: 'a profile that is declared here',
          source: declared(
            'aws_instance',
            ['iam_instance_profile = aws_iam_instance_profile.web.id'],
            'resource "aws_iam_instance_profile" "web" {\n  role = "web"\n}\n',
          ),
        },
        {
          name: 'its launch template names one',
          source: declared(
            'aws_instance',
            ['launch_template {', '  id = aws_launch_template.web.id', '}'],
            'resource "aws_launch_template" "web" {\n  iam_instance_profile {\n    name = "web"\n  }\n}\n',
          ),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_instance', ['iam_instance_profile = var.unset']),
          at: 'var.unset',
        },
        {
          name: 'a launch template that is declared elsewhere decides',
          source: declared('aws_instance', ['launch_template {', '  name = "web"', '}']),
          at: 'launch_template',
        },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'none is named', source: stack('AWS::EC2::Instance', ['InstanceType: t3.micro']), at: 'App' },
        { name: 'an empty text', source: stack('AWS::EC2::Instance', ['IamInstanceProfile: ""']), at: '""' },
      ],
      good: [
        {
          name: 'a profile that is declared here',
          source: stack(
            'AWS::EC2::Instance',
            ['IamInstanceProfile: !Ref Profile'],
            another('Profile', 'AWS::IAM::InstanceProfile', ['Roles: [web]']),
          ),
        },
        {
          name: 'its launch template names one',
          source: stack(
            'AWS::EC2::Instance',
            ['LaunchTemplate: { LaunchTemplateId: !Ref Web, Version: "1" }'],
            another('Web', 'AWS::EC2::LaunchTemplate', ['LaunchTemplateData: { IamInstanceProfile: { Name: web } }']),
          ),
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::EC2::Instance', ['IamInstanceProfile: !Ref Unset']),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
