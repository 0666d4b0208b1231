import type { Instance } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import { asString, at } from '../../../domain/value.ts';
import { judge } from '../../attribute.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';
import { declared, stack } from '../samples.ts';

/** EC2 takes 1 where nothing is said. */
function* judgements({ attributes, resource }: Instance): Iterable<Judgement> {
  const [options, limit, endpoint] =
    resource.framework === 'terraform'
      ? [['metadata_options'], 'http_put_response_hop_limit', 'http_endpoint']
      : [
          [...(resource.type === 'AWS::EC2::LaunchTemplate' ? ['LaunchTemplateData'] : []), 'MetadataOptions'],
          'HttpPutResponseHopLimit',
          'HttpEndpoint',
        ];
  if (asString(at(attributes, ...options, endpoint)) === 'disabled') return;
  const path = [...options, limit];
  for (const violation of judge(at(attributes, ...path), { name: path.join('.'), oneOf: [1], default: 1 }))
    yield { violation, fix: { kind: 'set', resource, path, value: 1 } };
}

function options(...lines: readonly string[]): readonly string[] {
  return ['metadata_options {', ...lines.map((line) => `  ${line}`), '}'];
}

function optionsInTemplate(...lines: readonly string[]): readonly string[] {
  return ['LaunchTemplateData:', '  MetadataOptions:', ...lines.map((line) => `    ${line}`)];
}

export const rule = defineRule({
  id: 'aws-ec2-imds-hop-limit',
  title: 'Answers of the metadata service must not leave the instance',
  // AutoScaling.4 of AWS Foundational Security Best Practices was High, for launch configurations, until it was retired;
  // containers need a second hop, so that it is MEDIUM here.
  severity: 'MEDIUM',
  targets: {
    terraform: ['aws_launch_template', 'aws_launch_configuration', 'aws_instance'],
    cloudformation: ['AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::LaunchConfiguration', 'AWS::EC2::Instance'],
  },
  topics: ['ec2-imds-hop-limit'],
  why: 'With more than one hop, containers on the instance, and whoever gets it to forward a request, can fetch the credentials of its role.',
  remedy: [
    'Set `http_put_response_hop_limit = 1` (CloudFormation: `HttpPutResponseHopLimit: 1`), or leave it out.',
    'Where containers need the role of the instance, give them roles of their own first (ECS task roles, EKS Pod Identity).',
  ],
  references: ['https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html'],
  controls: { nist: ['AC-3', 'AC-6'] },
  equivalents: { checkov: ['CKV_AWS_341'] },
  // Containers that use the role of the instance lose it.
  ...judging(judgements, 'needs-review'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'two hops, as a text',
          source: declared('aws_launch_template', options('http_put_response_hop_limit = "2"')),
          at: '"2"',
          fixed: declared('aws_launch_template', options('http_put_response_hop_limit = 1')),
        },
        {
          name: 'many hops',
          source: declared('aws_launch_configuration', options('http_put_response_hop_limit = 64')),
          at: '64',
          fixed: declared('aws_launch_configuration', options('http_put_response_hop_limit = 1')),
        },
        {
          name: 'no number',
          source: declared('aws_instance', options('http_put_response_hop_limit = true')),
          at: 'true',
          fixed: declared('aws_instance', options('http_put_response_hop_limit = 1')),
        },
      ],
      good: [
        { name: 'one hop', source: declared('aws_launch_template', options('http_put_response_hop_limit = 1')) },
        { name: 'nothing said, which means one', source: declared('aws_launch_configuration', ['instance_type = "t3.micro"']) },
        {
          name: 'the service is turned off',
          source: declared('aws_launch_template', options('http_endpoint               = "disabled"', 'http_put_response_hop_limit = 2')),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_launch_template', options('http_put_response_hop_limit = var.unset')),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'two hops',
          source: stack('AWS::EC2::LaunchTemplate', optionsInTemplate('HttpPutResponseHopLimit: 2')),
          at: '2',
          fixed: stack('AWS::EC2::LaunchTemplate', optionsInTemplate('HttpPutResponseHopLimit: 1')),
        },
        {
          name: 'no number',
          source: stack('AWS::AutoScaling::LaunchConfiguration', ['MetadataOptions:', '  HttpPutResponseHopLimit: many']),
          at: 'many',
          fixed: stack('AWS::AutoScaling::LaunchConfiguration', ['MetadataOptions:', '  HttpPutResponseHopLimit: 1']),
        },
        {
          name: 'three hops, as a text',
          source: stack('AWS::EC2::Instance', ['MetadataOptions:', '  HttpPutResponseHopLimit: "3"']),
          at: '"3"',
          fixed: stack('AWS::EC2::Instance', ['MetadataOptions:', '  HttpPutResponseHopLimit: 1']),
        },
      ],
      good: [
        { name: 'one hop, as a text', source: stack('AWS::EC2::LaunchTemplate', optionsInTemplate('HttpPutResponseHopLimit: "1"')) },
        { name: 'nothing said, which means one', source: stack('AWS::EC2::LaunchTemplate', optionsInTemplate('HttpTokens: required')) },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::EC2::LaunchTemplate', optionsInTemplate('HttpPutResponseHopLimit: !Ref Unset')),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
