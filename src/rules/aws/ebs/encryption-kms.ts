import { declared, stack } from '../samples.ts';
import { keyRule } from './key.ts';

export const rule = keyRule({
  id: 'aws-ebs-encryption-kms',
  title: 'EBS volume must be encrypted with a KMS key of yours',
  // No control of AWS Foundational Security Best Practices; LOW is what other checkers give it.
  severity: 'LOW',
  terraform: { aws_ebs_volume: [{ path: ['kms_key_id'] }] },
  cloudformation: { 'AWS::EC2::Volume': [{ path: ['KmsKeyId'] }] },
  topics: ['ebs-encryption-kms'],
  why: 'The key that AWS keeps for EBS lets everyone in who may use EBS in the account: its policy cannot be narrowed, and it cannot be turned off or shared.',
  remedy: [
    'Choose a KMS key of your own, whose policy lets in the roles that attach the volume.',
    'Set `kms_key_id` to its ARN (CloudFormation: `KmsKeyId`), beside `encrypted = true`.',
    'The key of an existing volume cannot change: make the new volume from a snapshot that was copied with that key.',
  ],
  references: ['https://docs.aws.amazon.com/ebs/latest/userguide/how-ebs-encryption-works.html'],
  controls: { nist: ['SC-12', 'SC-28'] },
  equivalents: { checkov: ['CKV_AWS_189'], trivy: ['AWS-0027'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'encrypted, but no key is named',
          source: declared('aws_ebs_volume', ['availability_zone = "eu-west-1a"', 'encrypted         = true']),
          at: 'resource "aws_ebs_volume" "app"',
        },
        {
          name: 'the key that AWS keeps',
          source: declared('aws_ebs_volume', ['encrypted  = true', 'kms_key_id = "alias/aws/ebs"']),
          at: '"alias/aws/ebs"',
        },
        { name: 'no name of a key', source: declared('aws_ebs_volume', ['kms_key_id = ""']), at: '""' },
      ],
      good: [
        {
          name: 'a key that is declared here',
          source: declared(
            'aws_ebs_volume',
            ['encrypted  = true', 'kms_key_id = aws_kms_key.volumes.arn'],
            'resource "aws_kms_key" "volumes" {\n  enable_key_rotation = true\n}\n',
          ),
        },
        {
          name: 'a key by its ARN',
          source: declared('aws_ebs_volume', [
            'encrypted  = true',
            'kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1a2b3c4d-0000-1111-2222-333344445555"',
          ]),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_ebs_volume', ['encrypted  = true', 'kms_key_id = var.unset']),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'encrypted, but no key is named', source: stack('AWS::EC2::Volume', ['Size: 8', 'Encrypted: true']), at: 'App' },
        {
          name: 'the key that AWS keeps',
          source: stack('AWS::EC2::Volume', ['Encrypted: true', 'KmsKeyId: alias/aws/ebs']),
          at: 'alias/aws/ebs',
        },
        { name: 'no name of a key', source: stack('AWS::EC2::Volume', ['Encrypted: true', 'KmsKeyId: ""']), at: '""' },
      ],
      good: [{ name: 'a key by its alias', source: stack('AWS::EC2::Volume', ['Encrypted: true', 'KmsKeyId: alias/volumes']) }],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::EC2::Volume', ['Encrypted: true', 'KmsKeyId: !Ref Unset']),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
