import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { declared, stack } from '../samples.ts';
import { secretsIn } from './secrets.ts';
import { USER_DATA_TARGETS, userDataOf } from './user-data.ts';

const MUST = 'the instance must fetch credentials when it starts, by its role';

function* judge(instance: Instance): Iterable<Violation> {
  for (const { name, texts, value } of userDataOf(instance)) {
    const found = [...new Set((texts ?? []).flatMap(secretsIn))];
    if (found.length > 0) yield { outcome: 'fail', message: `${name} holds ${listed(found)}; ${MUST}.`, span: value.span };
    else if (texts === null && value.state === 'unknown')
      yield {
        outcome: 'undecided',
        message: `Whether ${name} holds credentials is not known: ${value.reason}; ${MUST}.`,
        span: value.span,
      };
  }
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** The key of the AWS documentation; no account has it. */
const KEY = 'export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE';
const PASSWORD = 'export DB_PASSWORD=correct-horse-battery';
const FETCHED = 'export DB_PASSWORD=$(aws ssm get-parameter --name /db/password --query Parameter.Value)';

export const rule = defineRule({
  id: 'aws-ec2-user-data-secrets',
  title: 'User data must hold no credentials',
  // No control of AWS Foundational Security Best Practices; HIGH is what other checkers give it.
  severity: 'HIGH',
  targets: USER_DATA_TARGETS,
  topics: ['ec2-user-data-secrets'],
  why: 'User data is no secret: every process on the instance, everyone who may describe instances, and everyone who reads this repository can see it.',
  remedy: [
    'Take the credential for lost: make a new one, and turn the old one off.',
    'Keep the new one in AWS Secrets Manager or as a SecureString of Systems Manager, and let the role of the instance read it.',
    'Fetch it in user data: `aws secretsmanager get-secret-value --secret-id db --query SecretString --output text`.',
  ],
  references: [
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html',
    'https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets.html',
  ],
  controls: { nist: ['IA-5', 'IA-5(7)'], pci: ['8.6.2'] },
  equivalents: { checkov: ['CKV_AWS_46'], trivy: ['AWS-0029', 'AWS-0129'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'a key of an AWS user',
          source: declared('aws_instance', [`user_data = "${KEY}"`]),
          at: `"${KEY}"`,
        },
        {
          name: 'a password, between parts that are not known',
          source: declared('aws_launch_template', [`user_data = base64encode("cd \${var.unset}\\n${PASSWORD}\\ncd \${var.unset}")`]),
          at: `base64encode("cd \${var.unset}\\n${PASSWORD}\\ncd \${var.unset}")`,
        },
        {
          name: 'a private key, in base64',
          source: declared('aws_launch_configuration', [
            'user_data_base64 = "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCm1hZGVVcEZvclRoaXNFeGFtcGxlCg=="',
          ]),
          at: '"LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCm1hZGVVcEZvclRoaXNFeGFtcGxlCg=="',
        },
      ],
      good: [
        { name: 'fetched at the start', source: declared('aws_instance', [`user_data = "${FETCHED}"`]) },
        { name: 'a placeholder', source: declared('aws_instance', ['user_data = "export DB_PASSWORD=your_password_here"']) },
        {
          name: 'what is not known is put in between',
          source: declared('aws_launch_configuration', ['user_data = "export REGION=${var.unset}"']),
        },
        { name: 'no user data', source: declared('aws_launch_template', ['instance_type = "t3.micro"']) },
      ],
      undecided: [
        { name: 'a variable without a value decides', source: declared('aws_instance', ['user_data = var.unset']), at: 'var.unset' },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'a key of an AWS user',
          source: stack('AWS::EC2::Instance', ['UserData:', '  Fn::Base64: |', '    #!/bin/sh', `    ${KEY}`]),
          at: `Fn::Base64: |\n          #!/bin/sh\n          ${KEY}`,
        },
        {
          name: 'a password, between parts that are not known',
          source: stack('AWS::EC2::LaunchTemplate', [
            'LaunchTemplateData:',
            `  UserData: !Base64 { "Fn::Sub": "cd \${Unset} && ${PASSWORD} && cd \${Unset}" }`,
            '  KeyName: !Ref Unset',
          ]),
          at: `!Base64 { "Fn::Sub": "cd \${Unset} && ${PASSWORD} && cd \${Unset}" }`,
        },
        {
          name: 'a password, without base64',
          source: stack('AWS::AutoScaling::LaunchConfiguration', [`UserData: ${PASSWORD}`]),
          at: PASSWORD,
        },
      ],
      good: [
        {
          name: 'fetched at the start',
          source: stack('AWS::EC2::Instance', ['UserData:', '  Fn::Base64: !Sub |', `    ${FETCHED} --region \${AWS::Region}`]),
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::EC2::Instance', ['UserData: !Ref Unset']),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
