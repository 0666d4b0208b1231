import type { Change } from '../../../domain/change.ts';
import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import { leftOpen } from '../../../domain/wording.ts';
import { judge } from '../../attribute.ts';
import { SETTINGS } from './access-block.ts';
import { fails, isNothing } from './bucket.ts';

interface Place {
  readonly path: readonly string[];
  readonly violations: readonly Violation[];
}

/**
 * Severity: S3.19 of AWS Foundational Security Best Practices. An access point without settings of its own has all four
 * on, and they can never be changed again. In Terraform each that is left out of the block is on; in CloudFormation,
 * as in the API, off. One that answers in a VPC only is never public.
 */
export const rule = defineRule({
  id: 'aws-s3-access-point-public',
  title: 'S3 access point must block public access',
  severity: 'CRITICAL',
  targets: { terraform: ['aws_s3_access_point'], cloudformation: ['AWS::S3::AccessPoint'] },
  topics: ['s3-access-point-public'],
  why: 'A policy of the access point can open the objects behind it to the whole internet, whatever name the bucket goes by.',
  remedy: [
    'Find out whether anyone relies on public access; serve that through CloudFront instead.',
    'Set all four settings of public_access_block_configuration (PublicAccessBlockConfiguration in CloudFormation) to true, or leave the block out. The access point is then made anew.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-19',
  ],
  controls: { fsbp: ['S3.19'], nist: ['AC-3', 'AC-4', 'AC-6', 'AC-21', 'SC-7'], pci: ['1.4.4'] },
  equivalents: { checkov: ['CKV_AWS_392'] },
  *check(instance) {
    for (const { violations } of places(instance)) yield* violations;
  },
  fix: {
    safety: 'needs-review',
    changes: (instance) =>
      places(instance)
        .filter(({ violations }) => fails(violations))
        .map(({ path }): Change => ({ kind: 'set', resource: instance.resource, path, value: true })),
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'one setting is off',
          source: `resource "aws_s3_access_point" "reports" {
  bucket = "example-reports"
  name   = "reports"

  public_access_block_configuration {
    block_public_acls       = true
    block_public_policy     = true
    ignore_public_acls      = true
    restrict_public_buckets = false
  }
}
`,
          at: 'false',
          fixed: `resource "aws_s3_access_point" "reports" {
  bucket = "example-reports"
  name   = "reports"

  public_access_block_configuration {
    block_public_acls       = true
    block_public_policy     = true
    ignore_public_acls      = true
    restrict_public_buckets = true
  }
}
`,
        },
        {
          name: 'not a boolean',
          source: `resource "aws_s3_access_point" "reports" {
  bucket = "example-reports"
  name   = "reports"

  public_access_block_configuration {
    block_public_policy = "no"
  }
}
`,
          at: '"no"',
          fixed: `resource "aws_s3_access_point" "reports" {
  bucket = "example-reports"
  name   = "reports"

  public_access_block_configuration {
    block_public_policy = true
  }
}
`,
        },
      ],
      good: [
        {
          name: 'left out, or in a VPC only',
          source: `resource "aws_s3_access_point" "reports" {
  bucket = "example-reports"
  name   = "reports"
}

resource "aws_s3_access_point" "internal" {
  bucket = "example-internal"
  name   = "internal"

  public_access_block_configuration {
    block_public_policy = false
  }
  vpc_configuration {
    vpc_id = "vpc-0a1b2c3d"
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'in a VPC only, perhaps',
          source: `variable "vpcs" {
  type = set(string)
}

resource "aws_s3_access_point" "reports" {
  bucket = "example-reports"
  name   = "reports"

  public_access_block_configuration {
    block_public_policy = false
  }
  dynamic "vpc_configuration" {
    for_each = var.vpcs
    content {
      vpc_id = vpc_configuration.value
    }
  }
}
`,
          at: 'dynamic "vpc_configuration"',
        },
        {
          name: 'set by a variable without a value',
          source: `variable "shut" {
  type = bool
}

resource "aws_s3_access_point" "reports" {
  bucket = "example-reports"
  name   = "reports"

  public_access_block_configuration {
    ignore_public_acls = var.shut
  }
}
`,
          at: 'var.shut',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'one setting is off',
          source: `Resources:
  Reports:
    Type: AWS::S3::AccessPoint
    Properties:
      Bucket: example-reports
      PublicAccessBlockConfiguration:
        BlockPublicAcls: false
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
`,
          at: 'false',
          fixed: `Resources:
  Reports:
    Type: AWS::S3::AccessPoint
    Properties:
      Bucket: example-reports
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
`,
        },
        {
          name: 'one setting is left out',
          source: `Resources:
  Reports:
    Type: AWS::S3::AccessPoint
    Properties:
      Bucket: example-reports
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
`,
          at: 'PublicAccessBlockConfiguration',
          fixed: `Resources:
  Reports:
    Type: AWS::S3::AccessPoint
    Properties:
      Bucket: example-reports
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
`,
        },
      ],
      good: [
        {
          name: 'left out, or in a VPC only',
          source: `Resources:
  Reports:
    Type: AWS::S3::AccessPoint
    Properties:
      Bucket: example-reports
  Internal:
    Type: AWS::S3::AccessPoint
    Properties:
      Bucket: example-internal
      VpcConfiguration:
        VpcId: vpc-0a1b2c3d
      PublicAccessBlockConfiguration:
        BlockPublicPolicy: false
`,
        },
      ],
      undecided: [
        {
          name: 'set by a parameter without a default',
          source: `Parameters:
  Shut:
    Type: String
Resources:
  Reports:
    Type: AWS::S3::AccessPoint
    Properties:
      Bucket: example-reports
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: !Ref Shut
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
`,
          at: '!Ref Shut',
        },
      ],
    },
  },
});

function places({ attributes, resource }: Instance): readonly Place[] {
  const terraform = resource.framework === 'terraform';
  const block = terraform ? 'public_access_block_configuration' : 'PublicAccessBlockConfiguration';
  const network = at(attributes, terraform ? 'vpc_configuration' : 'VpcConfiguration');
  if ((network.state === 'known' && !isNothing(network)) || at(attributes, block).state === 'absent') return [];
  return Object.entries(SETTINGS).map(([own, property]) => {
    const path = [block, terraform ? own : property];
    const violations = [...judge(at(attributes, ...path), { name: path.join('.'), oneOf: [true], default: terraform })];
    return {
      path,
      violations: network.state === 'unknown' ? violations.map((each) => leftOpen(each, 'it answers in a VPC only', network)) : violations,
    };
  });
}
