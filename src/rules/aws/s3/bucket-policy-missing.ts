import { defineRule } from '../../../domain/rule.ts';
import { allOrNull } from './bucket.ts';
import { denyingPolicy, policyParts } from './policy-parts.ts';

/**
 * Severity: no control of AWS Foundational Security Best Practices; LOW is what other checkers give. A policy is an
 * account's own choice but for the refusal of plain HTTP, which tls-only.ts asks for and the fix declares. Judged in
 * templates only, as other checkers do: in Terraform the policy often stands in another root.
 */
export const rule = defineRule({
  id: 'aws-s3-bucket-policy-missing',
  title: 'S3 bucket must have a bucket policy',
  severity: 'LOW',
  targets: { cloudformation: ['AWS::S3::Bucket'] },
  topics: ['s3-bucket-policy-missing'],
  why: 'Without a policy of its own, the bucket is open to whatever any identity of the account is allowed, over plain HTTP too.',
  remedy: ['Declare an AWS::S3::BucketPolicy that at least denies s3:* to Principal * when aws:SecureTransport is false.'],
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html'],
  controls: { nist: ['AC-3'] },
  equivalents: { cfn_nag: ['W51'] },
  *check(instance) {
    for (const { part, policy } of policyParts(instance)) {
      if (part.form !== null) continue;
      if (policy.state === 'unknown')
        yield { outcome: 'undecided', message: `whether there is a bucket policy is not known: ${policy.reason}.`, span: policy.span };
      else yield { outcome: 'fail', message: 'no bucket policy is declared; one must be.', span: policy.span };
    }
  },
  fix: {
    safety: 'needs-review',
    changes: (instance) =>
      allOrNull(
        policyParts(instance)
          .filter(({ part, policy }) => part.form === null && policy.state === 'absent')
          .map(denyingPolicy),
      ),
  },
  examples: {
    cloudformation: {
      bad: [
        {
          name: 'no policy',
          source: `Resources:
  Minutes:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-minutes
  OtherPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-other
      PolicyDocument:
        Statement: []
`,
          at: 'Minutes',
          fixed: `Resources:
  Minutes:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-minutes
  MinutesBucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Minutes
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: DenyWithoutTls
            Effect: Deny
            Principal: '*'
            Action: s3:*
            Resource:
              - !GetAtt Minutes.Arn
              - !Sub \${Minutes.Arn}/*
            Condition:
              Bool:
                aws:SecureTransport: 'false'
  OtherPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-other
      PolicyDocument:
        Statement: []
`,
        },
      ],
      good: [
        {
          name: 'a policy, whatever it says',
          source: `Resources:
  Minutes:
    Type: AWS::S3::Bucket
  MinutesPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Minutes
      PolicyDocument: !ImportValue MinutesPolicy
`,
        },
      ],
      undecided: [
        {
          name: 'a policy of a bucket that is not known',
          source: `Parameters:
  Name:
    Type: String
Resources:
  Minutes:
    Type: AWS::S3::Bucket
  AnyPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Name
      PolicyDocument:
        Statement: []
`,
          at: '!Ref Name',
        },
      ],
    },
  },
});
