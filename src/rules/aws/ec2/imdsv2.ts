import type { Change } from '../../../domain/change.ts';
import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { asString, at } from '../../../domain/value.ts';
import { seen } from '../../../domain/wording.ts';
import { judge } from '../../attribute.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';
import { launchTemplate } from './launch.ts';

function tokensPath({ resource }: Instance): readonly string[] {
  if (resource.framework === 'terraform') return ['metadata_options', 'http_tokens'];
  return [...(resource.type === 'AWS::EC2::LaunchTemplate' ? ['LaunchTemplateData'] : []), 'MetadataOptions', 'HttpTokens'];
}

function* judgements(instance: Instance): Iterable<Judgement> {
  const fix: Change = { kind: 'set', resource: instance.resource, path: tokensPath(instance), value: 'required' };
  for (const violation of judgeOptions(instance)) yield { violation, fix };
}

function* judgeOptions(instance: Instance): Iterable<Violation> {
  const path = tokensPath(instance);
  const options = at(instance.attributes, ...path.slice(0, -1));
  const endpoint = at(options, instance.resource.framework === 'terraform' ? 'http_endpoint' : 'HttpEndpoint');
  if (asString(endpoint) === 'disabled') return;
  const tokens = at(instance.attributes, ...path);
  const template = launchTemplate(instance);
  if (tokens.state === 'absent' && template.declared !== 'none') {
    const message = `${path.join('.')} is not set here and comes from a launch template declared elsewhere; it must be "required".`;
    if (template.declared === 'elsewhere') yield { outcome: 'undecided', message, span: template.reference.span };
    return;
  }
  for (const violation of judge(tokens, { name: path.join('.'), oneOf: ['required'], default: 'optional' })) {
    if (violation.outcome === 'undecided' || endpoint.state !== 'unknown') yield violation;
    else
      yield {
        outcome: 'undecided',
        message: `${violation.message} Whether the metadata service is on at all cannot be told: ${seen(endpoint)}.`,
        span: endpoint.span,
      };
  }
}

export const rule = defineRule({
  id: 'aws-ec2-imdsv2',
  title: 'Instance metadata must require IMDSv2 tokens',
  // EC2.8 (instances) and AutoScaling.3 (launch configurations) of AWS Foundational Security Best Practices are High.
  // EC2.170 (launch templates) is Low there; a template is judged as the instances it makes.
  severity: 'HIGH',
  targets: {
    terraform: ['aws_instance', 'aws_launch_template', 'aws_launch_configuration'],
    cloudformation: ['AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::LaunchConfiguration'],
  },
  topics: ['ec2-imdsv2', 'asg-launch-imdsv2'],
  why: "Without tokens, a plain GET request returns the credentials of the instance's role. Any flaw that makes the server fetch an address of the attacker's choice then gives the role away.",
  remedy: [
    'Update software on the instance to an AWS SDK or CLI that speaks IMDSv2, and watch the CloudWatch metric `MetadataNoToken` until it is zero.',
    'Set `http_tokens = "required"` in `metadata_options` (CloudFormation: `HttpTokens: required` in `MetadataOptions`).',
  ],
  references: [
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-8',
  ],
  controls: { fsbp: ['EC2.8', 'EC2.170', 'AutoScaling.3'], cis: ['5.6'], nist: ['AC-3', 'AC-6'] },
  equivalents: { checkov: ['CKV_AWS_79'], trivy: ['AWS-0028', 'AWS-0130'] },
  // Software that still speaks IMDSv1 loses its credentials.
  ...judging(judgements, 'needs-review'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'tokens are optional',
          source: `resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "optional"
  }
}
`,
          at: '"optional"',
          fixed: `resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }
}
`,
        },
        {
          name: 'no metadata options at all',
          source: `resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
}
`,
          at: 'resource "aws_instance" "web"',
          fixed: `resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  metadata_options {
    http_tokens = "required"
  }
}
`,
        },
        {
          name: 'launch template that only sets the hop limit',
          source: `resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"

  metadata_options {
    http_put_response_hop_limit = 1
  }
}
`,
          at: 'metadata_options',
          fixed: `resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"

  metadata_options {
    http_put_response_hop_limit = 1
    http_tokens                 = "required"
  }
}
`,
        },
        {
          name: 'launch configuration with a boolean where a text is due',
          source: `resource "aws_launch_configuration" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  metadata_options {
    http_tokens = true
  }
}
`,
          at: 'true',
          fixed: `resource "aws_launch_configuration" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  metadata_options {
    http_tokens = "required"
  }
}
`,
        },
      ],
      good: [
        {
          name: 'tokens are required',
          source: `resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  metadata_options {
    http_tokens = "required"
  }
}
`,
        },
        {
          name: 'metadata service turned off',
          source: `resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  metadata_options {
    http_endpoint = "disabled"
  }
}
`,
        },
        {
          name: 'the launch template requires them',
          source: `resource "aws_launch_template" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  metadata_options {
    http_tokens = "required"
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
          source: `variable "http_tokens" {
  type = string
}

resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"

  metadata_options {
    http_tokens = var.http_tokens
  }
}
`,
          at: 'var.http_tokens',
        },
        {
          name: 'whether the metadata service is on is not known',
          source: `variable "http_endpoint" {
  type = string
}

resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  metadata_options {
    http_endpoint = var.http_endpoint
  }
}
`,
          at: 'var.http_endpoint',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'tokens are optional',
          source: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      MetadataOptions:
        HttpTokens: optional
`,
          at: 'optional',
          fixed: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      MetadataOptions:
        HttpTokens: required
`,
        },
        {
          name: 'launch configuration without metadata options',
          source: `Resources:
  Web:
    Type: AWS::AutoScaling::LaunchConfiguration
    Properties:
      ImageId: ami-0123456789abcdef0
      InstanceType: t3.micro
`,
          at: 'Web',
          fixed: `Resources:
  Web:
    Type: AWS::AutoScaling::LaunchConfiguration
    Properties:
      ImageId: ami-0123456789abcdef0
      InstanceType: t3.micro
      MetadataOptions:
        HttpTokens: required
`,
        },
        {
          name: 'launch template with a boolean where a text is due',
          source: `{
  "Resources": {
    "Web": {
      "Type": "AWS::EC2::LaunchTemplate",
      "Properties": {
        "LaunchTemplateData": {
          "MetadataOptions": {
            "HttpTokens": true
          }
        }
      }
    }
  }
}
`,
          at: 'true',
          fixed: `{
  "Resources": {
    "Web": {
      "Type": "AWS::EC2::LaunchTemplate",
      "Properties": {
        "LaunchTemplateData": {
          "MetadataOptions": {
            "HttpTokens": "required"
          }
        }
      }
    }
  }
}
`,
        },
      ],
      good: [
        {
          name: 'tokens are required',
          source: `Resources:
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        MetadataOptions:
          HttpTokens: required
`,
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: `Parameters:
  HttpTokens:
    Type: String
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      MetadataOptions:
        HttpTokens: !Ref HttpTokens
`,
          at: '!Ref HttpTokens',
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
