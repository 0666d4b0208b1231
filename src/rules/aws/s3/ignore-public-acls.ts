import { accessBlockRule } from './access-block.ts';
import { accessBlockExamples } from './access-block-examples.ts';

/** Severity: S3.8 of AWS Foundational Security Best Practices. */
export const rule = accessBlockRule('ignore_public_acls', {
  id: 'aws-s3-ignore-public-acls',
  title: 'S3 bucket must ignore public ACLs',
  severity: 'HIGH',
  topics: ['s3-ignore-public-acls', 's3-public-access-block'],
  why: 'ACLs that are already public, on the bucket or on single objects, otherwise stay in force even where new ones are refused.',
  remedy: [
    'Find out whether anyone relies on public access to the bucket, such as a website; serve that through CloudFront instead.',
    'Set ignore_public_acls (IgnorePublicAcls in CloudFormation) to true in the public access block of the bucket.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8',
  ],
  controls: { fsbp: ['S3.8'], cis: ['2.1.4'], nist: ['AC-3', 'AC-4', 'AC-6', 'AC-21', 'SC-7'], pci: ['1.4.4'] },
  equivalents: { checkov: ['CKV_AWS_55'], trivy: ['AWS-0091'], guard: ['S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED'] },
  examples: accessBlockExamples('ignore_public_acls'),
});
