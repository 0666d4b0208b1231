/** Fixes of several rules for one bucket, as they reach people: proven one by one and together. */
import { describe, expect, it } from 'vitest';
import { evaluate, RuleSet } from '../../src/domain/evaluate.ts';
import { remediate } from '../../src/domain/remediation.ts';
import { applyEdits, SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';

interface Remedied {
  /** Rule ids of failures whose plan has a proven edit, and of those whose plan is advice. */
  readonly proven: readonly string[];
  readonly advice: readonly string[];
  /** The text after all proven edits together. */
  readonly text: string;
  readonly commands: readonly string[];
}

function remedied(text: string, address: string): Remedied {
  const workspace = createWorkspace([new SourceText(text.startsWith('Resources') ? 'template.yaml' : 'main.tf', text)]);
  const set = new RuleSet(rules);
  const resource = workspace.resources.find((each) => each.address === address);
  if (resource === undefined) throw new Error(`${address} is not declared`);
  const findings = evaluate(resource, set);
  const { plans, combined } = remediate(resource, findings, set, workspace);
  const withEdits = (some: boolean): string[] =>
    findings.filter(({ fingerprint }) => (plans.get(fingerprint)?.edits.length ?? 0) > 0 === some).map(({ ruleId }) => ruleId);
  return {
    proven: withEdits(true),
    advice: withEdits(false),
    text: applyEdits(text, combined?.edits ?? []),
    commands: (combined?.commands ?? []).map((command) => command.join(' ')),
  };
}

/** What a person must choose for every bucket: where to log and copy to, which key, how long to keep, who is told, the second factor. */
const CHOICES = [
  'aws-s3-access-logging',
  'aws-s3-encryption-kms',
  'aws-s3-event-notifications',
  'aws-s3-lifecycle',
  'aws-s3-mfa-delete',
  'aws-s3-object-lock',
  'aws-s3-replication',
];

describe('a bucket that everyone may read', () => {
  const text = `resource "aws_s3_bucket" "site" {
  bucket = "example-site"
  acl    = "public-read"
}

# The next declaration stays where it is.
resource "aws_sns_topic" "alerts" {}
`;

  it('has proven edits for all but what a person must choose', () => {
    const { proven, advice } = remedied(text, 'aws_s3_bucket.site');
    expect(proven).toEqual([
      'aws-s3-acl-public-read',
      'aws-s3-block-public-acls',
      'aws-s3-block-public-policy',
      'aws-s3-ignore-public-acls',
      'aws-s3-restrict-public-buckets',
      'aws-s3-tls-only',
      'aws-s3-versioning',
      'aws-s3-encryption',
    ]);
    expect(advice.toSorted()).toEqual(CHOICES);
  });

  it('gets one access block, whichever of the four rules asks for it', () => {
    expect(remedied(text, 'aws_s3_bucket.site').text.match(/^resource .*$/gmu)).toEqual([
      'resource "aws_s3_bucket" "site" {',
      'resource "aws_s3_bucket_public_access_block" "site" {',
      'resource "aws_s3_bucket_policy" "site" {',
      'resource "aws_s3_bucket_versioning" "site" {',
      'resource "aws_s3_bucket_server_side_encryption_configuration" "site" {',
      'resource "aws_sns_topic" "alerts" {}',
    ]);
  });

  it('gets command lines that show and then change the live bucket, each once', () => {
    expect(remedied(text, 'aws_s3_bucket.site').commands).toEqual([
      'aws s3api get-bucket-acl --bucket=example-site',
      'aws s3api put-bucket-acl --bucket=example-site --acl=private',
      'aws s3api get-public-access-block --bucket=example-site',
      'aws s3api put-public-access-block --bucket=example-site --public-access-block-configuration=BlockPublicAcls=true,BlockPublicPolicy=true,IgnorePublicAcls=true,RestrictPublicBuckets=true',
      'aws s3api get-bucket-versioning --bucket=example-site',
      'aws s3api put-bucket-versioning --bucket=example-site --versioning-configuration=Status=Enabled',
      'aws s3api get-bucket-encryption --bucket=example-site',
      'aws s3api put-bucket-encryption --bucket=example-site --server-side-encryption-configuration={"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}',
    ]);
  });

  it.each(['--debug', 'a b', '$(id)', '-x.example', "x'y"])(
    'gets no command line when its name is %j, which S3 does not accept',
    (name) => {
      expect(remedied(text.replace('example-site', name), 'aws_s3_bucket.site').commands).toEqual([]);
    },
  );

  it('is left with a policy that a person wrote', () => {
    const policy = `
resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = jsonencode({ Statement = [] })
}
`;
    expect(remedied(text + policy, 'aws_s3_bucket.site').advice.toSorted()).toEqual([...CHOICES, 'aws-s3-tls-only']);
  });
});

describe('an access block for a bucket with a public ACL', () => {
  it('is proven, though the ACL is then one that is only overridden', () => {
    const text = `resource "aws_s3_bucket" "site" {
  bucket = "example-site"

  grant {
    type        = "Group"
    permissions = ["READ"]
    uri         = "http://acs.amazonaws.com/groups/global/AllUsers"
  }
}
`;
    const { proven, advice, text: fixed } = remedied(text, 'aws_s3_bucket.site');
    expect(proven).toContain('aws-s3-ignore-public-acls');
    expect(advice).toContain('aws-s3-acl-public-read');
    const after = createWorkspace([new SourceText('main.tf', fixed)]);
    const bucket = after.resources.find(({ address }) => address === 'aws_s3_bucket.site');
    expect(bucket && evaluate(bucket, new RuleSet(rules)).map(({ ruleId }) => ruleId)).toContain('aws-s3-public-acl-overridden');
  });
});

describe('a bucket of which some instances have a setting', () => {
  it('is left to a person, who must extend what is declared', () => {
    const text = `resource "aws_s3_bucket" "tenant" {
  for_each = toset(["north", "south"])
  bucket   = "example-\${each.key}"
}

resource "aws_s3_bucket_versioning" "tenant" {
  for_each = toset(["north"])
  bucket   = aws_s3_bucket.tenant[each.key].id
  versioning_configuration {
    status = "Enabled"
  }
}
`;
    const { advice, commands } = remedied(text, 'aws_s3_bucket.tenant');
    expect([...new Set(advice)].toSorted()).toEqual([...CHOICES, 'aws-s3-versioning']);
    expect(commands.filter((command) => command.includes('versioning'))).toEqual([
      'aws s3api get-bucket-versioning --bucket=example-south',
      'aws s3api put-bucket-versioning --bucket=example-south --versioning-configuration=Status=Enabled',
    ]);
  });
});

describe('a bucket of a template', () => {
  it('gets all that it lacks as properties, and a policy beside it', () => {
    const { advice, text } = remedied(
      'Resources:\n  Site:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: PublicRead # for now\n      BucketName: example-site\n',
      'Site',
    );
    expect(advice.toSorted()).toEqual(CHOICES.filter((id) => id !== 'aws-s3-mfa-delete'));
    expect(text).toBe(`Resources:
  Site:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: Private # for now
      BucketName: example-site
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
      VersioningConfiguration:
        Status: Enabled
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: AES256
  SiteBucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Site
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: DenyWithoutTls
            Effect: Deny
            Principal: '*'
            Action: s3:*
            Resource:
              - !GetAtt Site.Arn
              - !Sub \${Site.Arn}/*
            Condition:
              Bool:
                aws:SecureTransport: 'false'
`);
  });
});
