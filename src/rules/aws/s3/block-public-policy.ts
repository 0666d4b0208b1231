import { accessBlockRule } from './access-block.ts';
import { accessBlockExamples } from './access-block-examples.ts';

/** Severity: S3.8 of AWS Foundational Security Best Practices. */
export const rule = accessBlockRule('block_public_policy', {
  id: 'aws-s3-block-public-policy',
  title: 'S3 bucket must refuse public bucket policies',
  severity: 'HIGH',
  topics: ['s3-block-public-policy', 's3-public-access-block'],
  why: 'A bucket policy that lets everyone in is otherwise accepted, whether it was written on purpose or by mistake.',
  remedy: [
    'Find out whether anyone relies on public access to the bucket, such as a website; serve that through CloudFront instead.',
    'Set block_public_policy (BlockPublicPolicy in CloudFormation) to true in the public access block of the bucket.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8',
  ],
  controls: { fsbp: ['S3.8'], cis: ['2.1.4'], nist: ['AC-3', 'AC-4', 'AC-6', 'AC-21', 'SC-7'], pci: ['1.4.4'] },
  equivalents: { checkov: ['CKV_AWS_54'], trivy: ['AWS-0087'], guard: ['S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED'] },
  examples: accessBlockExamples('block_public_policy'),
});
