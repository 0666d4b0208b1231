import type { Instance } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import { judge } from '../../attribute.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';
import { launchTemplate } from './launch.ts';

interface Setting {
  readonly path: readonly string[];
  /** What AWS takes when nothing is written. */
  readonly default: boolean;
}

const SETTINGS: ReadonlyMap<string, Setting> = new Map<string, Setting>([
  ['aws_instance', { path: ['monitoring'], default: false }],
  ['aws_launch_template', { path: ['monitoring', 'enabled'], default: false }],
  ['aws_launch_configuration', { path: ['enable_monitoring'], default: true }],
  ['AWS::EC2::Instance', { path: ['Monitoring'], default: false }],
  ['AWS::EC2::LaunchTemplate', { path: ['LaunchTemplateData', 'Monitoring', 'Enabled'], default: false }],
  ['AWS::AutoScaling::LaunchConfiguration', { path: ['InstanceMonitoring'], default: true }],
]);

function* judgements(instance: Instance): Iterable<Judgement> {
  const { attributes, resource } = instance;
  const setting = SETTINGS.get(resource.type);
  if (setting === undefined) return;
  const name = setting.path.join('.');
  const value = at(attributes, ...setting.path);
  const template = launchTemplate(instance);
  if (value.state === 'absent' && template.declared !== 'none') {
    const message = `${name} is not set here and comes from a launch template declared elsewhere; it must be true.`;
    if (template.declared === 'elsewhere') yield { violation: { outcome: 'undecided', message, span: template.reference.span }, fix: null };
    return;
  }
  for (const violation of judge(value, { name, oneOf: [true], default: setting.default }))
    yield { violation, fix: { kind: 'set', resource, path: setting.path, value: true } };
}

export const rule = defineRule({
  id: 'aws-ec2-detailed-monitoring',
  title: 'Instance must have detailed monitoring',
  // A house rule without a control of AWS Foundational Security Best Practices: other checkers give MEDIUM, but it costs money.
  severity: 'LOW',
  targets: {
    terraform: ['aws_instance', 'aws_launch_template', 'aws_launch_configuration'],
    cloudformation: ['AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::LaunchConfiguration'],
  },
  topics: ['ec2-detailed-monitoring'],
  why: 'Basic monitoring has one value every five minutes: a short attack or outage shows late, or not at all. Detailed monitoring has one every minute.',
  remedy: [
    'Set `monitoring = true` (CloudFormation: `Monitoring: true`).',
    'It is paid for by the metric; where five minutes are enough, record an exception.',
  ],
  references: ['https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html'],
  controls: { nist: ['SI-4'] },
  equivalents: { checkov: ['CKV_AWS_126'], guard: ['EC2_INSTANCE_DETAILED_MONITORING_ENABLED'] },
  // Nothing breaks, but it costs money.
  ...judging(judgements, 'needs-review'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'instance that turns it off',
          source: `resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  monitoring    = false
}
`,
          at: 'false',
          fixed: `resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  monitoring    = true
}
`,
        },
        {
          name: 'launch template that says nothing',
          source: `resource "aws_launch_template" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
}
`,
          at: 'resource "aws_launch_template" "web"',
          fixed: `resource "aws_launch_template" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  monitoring {
    enabled = true
  }
}
`,
        },
        {
          name: 'launch configuration with a text that is neither true nor false',
          source: `resource "aws_launch_configuration" "web" {
  image_id          = "ami-0123456789abcdef0"
  instance_type     = "t3.micro"
  enable_monitoring = "detailed"
}
`,
          at: '"detailed"',
          fixed: `resource "aws_launch_configuration" "web" {
  image_id          = "ami-0123456789abcdef0"
  instance_type     = "t3.micro"
  enable_monitoring = true
}
`,
        },
      ],
      good: [
        {
          name: 'turned on',
          source: `resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  monitoring    = true
}
`,
        },
        {
          name: 'launch configuration that says nothing, which means on',
          source: `resource "aws_launch_configuration" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
}
`,
        },
        {
          name: 'the launch template turns it on',
          source: `resource "aws_launch_template" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  monitoring {
    enabled = true
  }
}

resource "aws_instance" "web" {
  launch_template {
    id = aws_launch_template.web.id
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: `variable "monitoring" {
  type = bool
}

resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  monitoring    = var.monitoring
}
`,
          at: 'var.monitoring',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'instance that turns it off',
          source: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      Monitoring: false
`,
          at: 'false',
          fixed: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      Monitoring: true
`,
        },
        {
          name: 'launch template that says nothing',
          source: `Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        ImageId: ami-0123456789abcdef0
`,
          at: 'LaunchTemplateData',
          fixed: `Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        ImageId: ami-0123456789abcdef0
        Monitoring:
          Enabled: true
`,
        },
        {
          name: 'launch configuration with a text that is neither true nor false',
          source: `{
  "Resources": {
    "Web": {
      "Type": "AWS::AutoScaling::LaunchConfiguration",
      "Properties": {
        "ImageId": "ami-0123456789abcdef0",
        "InstanceType": "t3.micro",
        "InstanceMonitoring": "detailed"
      }
    }
  }
}
`,
          at: '"detailed"',
          fixed: `{
  "Resources": {
    "Web": {
      "Type": "AWS::AutoScaling::LaunchConfiguration",
      "Properties": {
        "ImageId": "ami-0123456789abcdef0",
        "InstanceType": "t3.micro",
        "InstanceMonitoring": true
      }
    }
  }
}
`,
        },
      ],
      good: [
        {
          name: 'turned on',
          source: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      Monitoring: true
`,
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: `Parameters:
  Monitoring:
    Type: String
    AllowedValues: ["true", "false"]
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      Monitoring: !Ref Monitoring
`,
          at: '!Ref Monitoring',
        },
        {
          name: 'a launch template declared elsewhere decides',
          source: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      LaunchTemplate: { LaunchTemplateId: lt-0123456789abcdef0, Version: "3" }
`,
          at: 'LaunchTemplate',
        },
      ],
    },
  },
});
