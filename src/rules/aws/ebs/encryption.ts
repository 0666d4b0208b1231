import type { Instance } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import { judgeVolume } from './volume.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';

const NAMES = {
  terraform: { prefix: '', encrypted: 'encrypted', origins: ['snapshot_id'] },
  cloudformation: { prefix: '', encrypted: 'Encrypted', origins: ['SnapshotId', 'SourceVolumeId'] },
};

function* judgements({ attributes, resource }: Instance): Iterable<Judgement> {
  const names = NAMES[resource.framework];
  for (const violation of judgeVolume(attributes, names))
    yield { violation, fix: { kind: 'set', resource, path: [names.encrypted], value: true } };
}

export const rule = defineRule({
  id: 'aws-ebs-encryption',
  title: 'EBS volume must be encrypted',
  // EC2.3 of AWS Foundational Security Best Practices is Medium.
  severity: 'MEDIUM',
  targets: { terraform: ['aws_ebs_volume'], cloudformation: ['AWS::EC2::Volume'] },
  topics: ['ebs-encryption'],
  why: 'Snapshots of an unencrypted volume are unencrypted too, and can be shared or copied to another account by anyone with the permission to do so. Encryption adds the key as a second lock, at no cost in speed.',
  remedy: [
    'Set `encrypted = true` (CloudFormation: `Encrypted: true`), with `kms_key_id` where a key of your own is required.',
    'An existing volume cannot be encrypted in place: the change makes a new, empty volume. Copy its data first through an encrypted copy of a snapshot, and create the volume from that.',
  ],
  references: [
    'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-3',
  ],
  controls: { fsbp: ['EC2.3'], cis: ['2.2.1'], nist: ['SC-28', 'SC-28(1)'] },
  equivalents: { checkov: ['CKV_AWS_3'], trivy: ['AWS-0026'] },
  // Encryption of a volume cannot change: the fix replaces the volume and leaves its data behind.
  ...judging(judgements, 'needs-review'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'encryption turned off',
          source: `resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 100
  encrypted         = false
}
`,
          at: 'false',
          fixed: `resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 100
  encrypted         = true
}
`,
        },
        {
          name: 'nothing said',
          source: `resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 100
}
`,
          at: 'resource "aws_ebs_volume" "data"',
          fixed: `resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 100
  encrypted         = true
}
`,
        },
        {
          name: 'a text that is neither true nor false',
          source: `resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 100
  encrypted         = "yes"
}
`,
          at: '"yes"',
          fixed: `resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 100
  encrypted         = true
}
`,
        },
      ],
      good: [
        {
          name: 'encrypted',
          source: `resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 100
  encrypted         = true
}
`,
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: `variable "encrypted" {
  type = bool
}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 100
  encrypted         = var.encrypted
}
`,
          at: 'var.encrypted',
        },
        {
          name: 'the snapshot decides',
          source: `resource "aws_ebs_volume" "restored" {
  availability_zone = "eu-west-1a"
  snapshot_id       = "snap-0123456789abcdef0"
}
`,
          at: '"snap-0123456789abcdef0"',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'encryption turned off',
          source: `Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
      Size: 100
      Encrypted: false
`,
          at: 'false',
          fixed: `Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
      Size: 100
      Encrypted: true
`,
        },
        {
          name: 'nothing said',
          source: `Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
      Size: 100
`,
          at: 'Data',
          fixed: `Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
      Size: 100
      Encrypted: true
`,
        },
        {
          name: 'a text that is neither true nor false',
          source: `{
  "Resources": {
    "Data": {
      "Type": "AWS::EC2::Volume",
      "Properties": {
        "AvailabilityZone": "eu-west-1a",
        "Size": 100,
        "Encrypted": "yes"
      }
    }
  }
}
`,
          at: '"yes"',
          fixed: `{
  "Resources": {
    "Data": {
      "Type": "AWS::EC2::Volume",
      "Properties": {
        "AvailabilityZone": "eu-west-1a",
        "Size": 100,
        "Encrypted": true
      }
    }
  }
}
`,
        },
      ],
      good: [
        {
          name: 'encrypted',
          source: `Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
      Size: 100
      Encrypted: true
`,
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: `Parameters:
  EncryptData:
    Type: String
    AllowedValues: ["true", "false"]
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
      Size: 100
      Encrypted: !Ref EncryptData
`,
          at: '!Ref EncryptData',
        },
        {
          name: 'the volume it is a copy of decides',
          source: `Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      SourceVolumeId: vol-0123456789abcdef0
`,
          at: 'vol-0123456789abcdef0',
        },
      ],
    },
  },
});
