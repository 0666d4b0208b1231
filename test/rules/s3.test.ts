/** What the rules about buckets say where facts come together that no single example shows. */
import { describe, expect, it } from 'vitest';
import { evaluate, RuleSet } from '../../src/domain/evaluate.ts';
import { SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';

/** What one rule says, as `address severity outcome: message`. */
function said(text: string, id: string): string[] {
  const workspace = createWorkspace([new SourceText(text.startsWith('Resources') ? 'template.yaml' : 'main.tf', text)]);
  expect(workspace.diagnostics).toEqual([]);
  const set = new RuleSet(rules.filter((rule) => rule.id === id));
  return workspace.resources
    .flatMap((resource) => evaluate(resource, set))
    .map(({ address, severity, outcome, message }) => `${address} ${severity} ${outcome}: ${message}`);
}

function commands(text: string, id: string): string[] {
  const rule = rules.find((each) => each.id === id);
  const { resources } = createWorkspace([new SourceText('main.tf', text)]);
  return resources
    .flatMap(({ instances }) => instances.flatMap((instance) => rule?.script?.(instance) ?? []))
    .map((command) => command.join(' '));
}

const NAME = 'variable "name" {\n  type = string\n}\n';

describe('CORS', () => {
  const cors = (methods: string): string => `resource "aws_s3_bucket" "a" {
  cors_rule {
    allowed_methods = ${methods}
    allowed_origins = ["*"]
  }
}
`;
  it.each([
    ['["GET"]', 'LOW fail: allowed_origins is "*", so scripts of any page may read; it must name the pages.'],
    ['["GET", "PUT"]', 'MEDIUM fail: allowed_origins is "*", so scripts of any page may read and write; it must name the pages.'],
  ])('for any page is as bad as what it may do: %s', (methods, expected) => {
    expect(said(cors(methods), 'aws-s3-cors-permissive')).toEqual([`aws_s3_bucket.a ${expected}`]);
  });
});

describe('data events', () => {
  const trail = (selectors: string): string => `resource "aws_cloudtrail" "a" {\n${selectors}\n}\n`;
  const plain = (kind: string, type: string, values: string): string =>
    `event_selector {\n  read_write_type = "${kind}"\n  data_resource {\n    type   = "${type}"\n    values = ${values}\n  }\n}`;
  const advanced = (...fields: string[]): string =>
    `advanced_event_selector {\n${['field = "eventCategory"\nequals = ["Data"]', ...fields].map((each) => `field_selector {\n${each}\n}`).join('\n')}\n}`;
  const objects = 'field = "resources.type"\nequals = ["AWS::S3::Object"]';
  const S3 = 'AWS::S3::Object';
  const nothing = 'neither reads nor writes';

  it.each([
    ['all buckets among others', plain('All', S3, '["arn:aws:s3:::example/", "arn:aws:s3"]'), null],
    ['in another partition', plain('All', S3, '["arn:aws-us-gov:s3"]'), null],
    ['a bucket without the slash', plain('All', S3, '["arn:aws:s3:::example"]'), nothing],
    ['reads', plain('ReadOnly', S3, '["arn:aws:s3"]'), 'no writes'],
    ['writes', plain('WriteOnly', S3, '["arn:aws:s3"]'), 'no reads'],
    ['objects of access points', plain('All', 'AWS::S3::AccessPoint', '["arn:aws:s3"]'), nothing],
    ['advanced: writes', advanced(objects, 'field = "readOnly"\nequals = ["false"]'), 'no reads'],
    ['advanced: one bucket', advanced(objects, 'field = "resources.ARN"\nstarts_with = ["arn:aws:s3:::example/"]'), nothing],
    ['advanced: functions', advanced('field = "resources.type"\nequals = ["AWS::Lambda::Function"]'), nothing],
  ])('%s', (_, selectors, what) => {
    expect(said(trail(selectors), 'aws-s3-data-events')).toEqual(
      what === null
        ? []
        : [
            `aws_cloudtrail.a LOW fail: the trail records ${what} of objects in all S3 buckets; a selector must record reads and writes of all objects.`,
          ],
    );
  });

  it('are not known where an advanced selector is not', () => {
    const text = `${NAME}resource "aws_cloudtrail" "a" {\n  ${advanced('field = var.name\nequals = ["Data"]', objects)}\n}\n`;
    expect(said(text, 'aws-s3-data-events')).toEqual([
      'aws_cloudtrail.a LOW undecided: whether the trail records what happens to S3 objects is not known: var.name has no value here; a selector must record reads and writes of all objects.',
    ]);
  });
});

describe('what a companion of a bucket that is not known leaves open', () => {
  const bucket = 'resource "aws_s3_bucket" "a" {}\n';
  const why = 'as its bucket is not known: var.name has no value here';

  it('whether a KMS key encrypts', () => {
    const text = `${NAME}${bucket}resource "aws_s3_bucket_server_side_encryption_configuration" "b" {
  bucket = var.name
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = "alias/a"
    }
  }
}
resource "aws_s3_object" "c" {
  bucket = aws_s3_bucket.a.id
  key    = "c"
}
`;
    const which = `aws_s3_bucket_server_side_encryption_configuration.b may be for this bucket or for another, ${why}`;
    expect(said(text, 'aws-s3-encryption-kms')).toEqual([
      `aws_s3_bucket.a MEDIUM undecided: default encryption is not known: ${which}; a KMS key of yours must be named.`,
    ]);
    expect(said(text, 'aws-s3-object-encryption')).toEqual([
      `aws_s3_object.c LOW undecided: server_side_encryption is not set, and whether the bucket declares a default is not known: ${which}.`,
    ]);
    expect(said(text, 'aws-s3-object-encryption-kms')).toEqual([
      `aws_s3_object.c LOW undecided: whether a KMS key of yours encrypts the object is not known: ${which}; kms_key_id must name one.`,
    ]);
  });

  it('whether MFA delete is on', () => {
    const text = `${NAME}${bucket}resource "aws_s3_bucket_versioning" "b" {
  bucket = var.name
  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Enabled"
  }
}
`;
    expect(said(text, 'aws-s3-mfa-delete')).toEqual([
      `aws_s3_bucket.a LOW undecided: MFA delete is not known: aws_s3_bucket_versioning.b may be for this bucket or for another, ${why}.`,
    ]);
  });
});

describe('MFA delete', () => {
  it('is left open by a lifecycle configuration that is perhaps there', () => {
    const text = `variable "n" {
  type = number
}
resource "aws_s3_bucket" "a" {}
resource "aws_s3_bucket_lifecycle_configuration" "a" {
  count  = var.n
  bucket = aws_s3_bucket.a.id
}
`;
    expect(said(text, 'aws-s3-mfa-delete')).toEqual([
      'aws_s3_bucket.a LOW undecided: versioning is not declared, and MFA delete with it; both must be enabled. Whether a lifecycle configuration excludes it is not known: how many of aws_s3_bucket_lifecycle_configuration.a there are is not known.',
    ]);
  });
});

describe('the key of an object', () => {
  const object = (encryption: string): string => `resource "aws_s3_bucket" "a" {
  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        ${encryption}
      }
    }
  }
}
resource "aws_s3_object" "b" {
  bucket = aws_s3_bucket.a.id
  key    = "b"
}
`;
  it.each([
    ['sse_algorithm = "aws:kms"', false],
    ['sse_algorithm = "AES256"\n        kms_master_key_id = "alias/a"', false],
    ['sse_algorithm = "aws:kms"\n        kms_master_key_id = "alias/a"', true],
    ['sse_algorithm = "aws:kms"\n        kms_master_key_id = "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3"', false],
  ])('is the default of the bucket, %j: one of yours %s', (encryption, own) => {
    expect(said(object(encryption), 'aws-s3-object-encryption-kms')).toEqual(
      own ? [] : ['aws_s3_object.b LOW fail: kms_key_id is not set, which means keys that AWS keeps; it must name a KMS key of yours.'],
    );
  });

  it('that is sent along with a copy is one of yours', () => {
    const copy = (key: string): string => `resource "aws_s3_object_copy" "b" {\n  ${key} = "MDEyMzQ1Njc4OUFCQ0RFRg=="\n}\n`;
    expect(said(copy('customer_key'), 'aws-s3-object-copy-kms')).toEqual([]);
    expect(said(copy('customer_algorithm'), 'aws-s3-object-copy-kms')).toEqual([
      'aws_s3_object_copy.b LOW fail: kms_key_id is not set, which means keys that AWS keeps; it must name a KMS key of yours.',
    ]);
  });
});

describe('lifecycle rules', () => {
  const lax = 'rule {\n  id = "b"\n  status = "Enabled"\n  filter {\n    prefix = "b/"\n  }\n}';
  const rule = (filter: string, status = '"Enabled"'): string =>
    `rule {\n  id = "a"\n  status = ${status}\n  ${filter}\n  abort_incomplete_multipart_upload {\n    days_after_initiation = 7\n  }\n}`;
  const configuration = (...all: string[]): string =>
    `${NAME}resource "aws_s3_bucket_lifecycle_configuration" "a" {\n  bucket = "example"\n${all.join('\n')}\n}\n`;
  const partly = 'this lifecycle rule does not abort incomplete uploads, and none does for the whole bucket; one must.';

  it.each([
    ['a rule with no tags', [rule('filter {\n  and {\n    tags = {}\n  }\n}'), lax], null],
    ['a rule for tags', [rule('filter {\n  and {\n    tags = { a = "b" }\n  }\n}'), lax], partly],
    ['a rule for large objects', [rule('filter {\n  object_size_greater_than = 1000\n}'), lax], partly],
    ['a rule for a prefix', [rule('prefix = "a/"'), lax], partly],
    ['a rule for any prefix', [rule('prefix = ""'), lax], null],
    ['each rule', [rule('prefix = "a/"'), rule('prefix = "b/"')], null],
    ['no rule that is enabled', [rule('', '"Disabled"')], 'no lifecycle rule that is enabled aborts incomplete uploads; one must.'],
  ])('%s', (_, all, expected) => {
    expect(said(configuration(...all), 'aws-s3-lifecycle-abort-multipart')).toEqual(
      expected === null ? [] : [`aws_s3_bucket_lifecycle_configuration.a LOW fail: ${expected}`],
    );
  });

  it('for a prefix that is not known leave it open', () => {
    expect(said(configuration(rule('prefix = var.name'), lax), 'aws-s3-lifecycle-abort-multipart')).toEqual([
      'aws_s3_bucket_lifecycle_configuration.a LOW undecided: whether incomplete uploads are aborted is not known: var.name has no value here; a lifecycle rule must abort them.',
    ]);
  });
});

describe('every action of S3', () => {
  const bucket = (principal: string, more = ''): string => `resource "aws_s3_bucket" "a" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = ${principal}, Action = "s3:*", Resource = "*"${more} }] })
}
`;
  const condition = ', Condition = { StringEquals = { "aws:SourceVpc" = "vpc-0a1b2c3d" } }';
  it.each([
    ['{ AWS = "111122223333" }', '', 'MEDIUM'],
    ['"*"', condition, 'MEDIUM'],
    ['"*"', '', 'CRITICAL'],
  ])('is as bad as whom it is given: %s%s', (principal, more, severity) => {
    expect(said(bucket(principal, more), 'aws-s3-policy-wildcard-action')).toEqual([
      `aws_s3_bucket.a ${severity} fail: a statement of the bucket policy allows every action of S3; it must name the actions that are needed.`,
    ]);
  });
});

describe('a refusal of plain HTTP', () => {
  const policy = (statement: string): string => `${NAME}resource "aws_s3_bucket" "a" {
  policy = jsonencode({ Statement = [{ Effect = "Deny", Action = "s3:*", Resource = "*", ${statement} }] })
}
`;
  const plain = '"aws:SecureTransport" = "false"';
  it.each([
    ['everyone', `Principal = "*", Condition = { Bool = { ${plain} } }`, true],
    ['also where it is not said', `Principal = "*", Condition = { BoolIfExists = { ${plain} } }`, true],
    ['all but one', `NotPrincipal = { AWS = "111122223333" }, Condition = { Bool = { ${plain} } }`, false],
    [
      'from one place only',
      `Principal = "*", Condition = { Bool = { ${plain} }, IpAddress = { "aws:SourceIp" = "198.51.100.0/24" } }`,
      false,
    ],
    ['of something else', 'Principal = "*", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "false" } }', false],
    ['under no condition', 'Principal = "*"', false],
    ['where the two differ', `Principal = "*", Condition = { StringNotEquals = { ${plain} } }`, false],
    ['of texts of either kind', 'Principal = "*", Condition = { Bool = { "aws:SecureTransport" = ["true", "false"] } }', true],
  ])('to %s', (_, statement, holds) => {
    expect(said(policy(statement), 'aws-s3-tls-only')).toEqual(
      holds
        ? []
        : [
            'aws_s3_bucket.a MEDIUM fail: the bucket policy lets requests without TLS through; a statement must deny s3:* to everyone when aws:SecureTransport is false.',
          ],
    );
  });

  it('is not expected of a statement that allows, whatever its conditions', () => {
    const text = policy('Principal = "*", Condition = { Bool = var.name }').replace('"Deny"', '"Allow"');
    expect(said(text, 'aws-s3-tls-only')).toEqual([
      'aws_s3_bucket.a MEDIUM fail: the bucket policy lets requests without TLS through; a statement must deny s3:* to everyone when aws:SecureTransport is false.',
    ]);
  });
});

describe('what a bucket must have', () => {
  const replication = (rules_: string): string =>
    `resource "aws_s3_bucket" "a" {\n  replication_configuration {\n    role = "arn:aws:iam::111122223333:role/copy"\n${rules_}\n  }\n}\n`;

  it('is missing, or there without effect', () => {
    expect(said('resource "aws_s3_bucket" "a" {}\n', 'aws-s3-replication')).toEqual([
      'aws_s3_bucket.a LOW fail: replication is not declared; a rule that is enabled must copy the objects to a bucket in another region.',
    ]);
    expect(said(replication('rules {\n  status = "enabled"\n}'), 'aws-s3-replication')).toEqual([
      'aws_s3_bucket.a LOW fail: replication is declared, but none of its rules is enabled; one must be.',
    ]);
  });

  it('is true in any letter case, as templates write it', () => {
    const text = (value: string): string =>
      `Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      ObjectLockEnabled: ${value}\n`;
    expect(said(text("'True'"), 'aws-s3-object-lock')).toEqual([]);
    expect(said(text("'False'"), 'aws-s3-object-lock')).toEqual(['A LOW fail: Object Lock is declared, but not enabled; it must be.']);
  });
});

describe('a bucket for access logs', () => {
  const logs = `resource "aws_s3_bucket" "logs" {
}
resource "aws_s3_bucket_acl" "logs" {
  bucket = aws_s3_bucket.logs.id
  acl    = "log-delivery-write"
}
`;
  it('needs no log of its own, and can have no KMS key', () => {
    expect(said(logs, 'aws-s3-access-logging')).toEqual([]);
    expect(said(logs, 'aws-s3-encryption-kms')).toEqual([]);
    expect(said(logs.replace('log-delivery-write', 'private'), 'aws-s3-access-logging')).toEqual([
      'aws_s3_bucket.logs MEDIUM fail: access logging is not declared; a bucket for the logs must be.',
    ]);
  });
});

describe('a block that is perhaps not there', () => {
  const perhaps = (block: string, content: string, type = 'aws_s3_bucket'): string =>
    `variable "all" {\n  type = list(string)\n}\nresource "${type}" "a" {\n  dynamic "${block}" {\n    for_each = var.all\n    content {\n${content}\n    }\n  }\n}\n`;
  const encryption = (algorithm: string): string =>
    perhaps(
      'rule',
      `apply_server_side_encryption_by_default {\n  sse_algorithm = "${algorithm}"\n}`,
      'aws_s3_bucket_server_side_encryption_configuration',
    );
  const address = 'aws_s3_bucket_server_side_encryption_configuration.a';
  const open = 'var.all has no value here';

  it('fails where nothing would be wrong too', () => {
    expect(said(encryption('AES128'), 'aws-s3-encryption')).toEqual([
      `${address} LOW fail: rule.apply_server_side_encryption_by_default.sse_algorithm is "AES128"; it must be "AES256" or "aws:kms" or "aws:kms:dsse".`,
    ]);
    expect(said(encryption('AES256'), 'aws-s3-encryption-kms')).toEqual([
      `${address} MEDIUM fail: rule.apply_server_side_encryption_by_default.sse_algorithm is "AES256"; it must be "aws:kms" or "aws:kms:dsse".`,
    ]);
  });

  it('leaves open what it would hold', () => {
    expect(said(encryption('AES256'), 'aws-s3-encryption')).toEqual([
      `${address} LOW undecided: default encryption is not known: ${open}.`,
    ]);
    expect(said(perhaps('rule', 'status = "Enabled"', 'aws_s3_bucket_lifecycle_configuration'), 'aws-s3-lifecycle')).toEqual([
      `aws_s3_bucket_lifecycle_configuration.a LOW undecided: whether a lifecycle rule is in effect is not known: ${open}.`,
    ]);
    expect(said(perhaps('versioning', 'enabled = true\nmfa_delete = true'), 'aws-s3-mfa-delete')).toEqual([
      `aws_s3_bucket.a LOW undecided: MFA delete is not known: ${open}.`,
    ]);
    const aborting =
      'rule {\n  id = "a"\n  status = "Enabled"\n  dynamic "abort_incomplete_multipart_upload" {\n    for_each = var.all\n    content {\n      days_after_initiation = 7\n    }\n  }\n}';
    expect(
      said(
        `variable "all" {\n  type = list(string)\n}\nresource "aws_s3_bucket_lifecycle_configuration" "a" {\n${aborting}\n}\n`,
        'aws-s3-lifecycle-abort-multipart',
      ),
    ).toEqual([
      `aws_s3_bucket_lifecycle_configuration.a LOW undecided: whether incomplete uploads are aborted is not known: ${open}; a lifecycle rule must abort them.`,
    ]);
    expect(said(perhaps('versioning', 'enabled = true'), 'aws-s3-versioning')).toEqual([
      `aws_s3_bucket.a MEDIUM undecided: versioning is not known: ${open}.`,
    ]);
  });

  it('leaves open what it would break where nothing is right', () => {
    expect(said(perhaps('rule', 'object_ownership = "ObjectWriter"', 'aws_s3_bucket_ownership_controls'), 'aws-s3-acls-disabled')).toEqual([
      `aws_s3_bucket_ownership_controls.a MEDIUM undecided: rule.object_ownership is "ObjectWriter"; it must be "BucketOwnerEnforced". Whether there is such a block is not known: ${open}.`,
    ]);
    expect(said(perhaps('cors_rule', 'allowed_methods = ["GET"]\nallowed_origins = ["*"]'), 'aws-s3-cors-permissive')).toEqual([
      `aws_s3_bucket.a LOW undecided: allowed_origins is "*", so scripts of any page may read; it must name the pages. Whether there is such a block is not known: ${open}.`,
    ]);
  });

  it('holds where it would be right both ways', () => {
    expect(
      said(perhaps('rule', 'object_ownership = "BucketOwnerEnforced"', 'aws_s3_bucket_ownership_controls'), 'aws-s3-acls-disabled'),
    ).toEqual([]);
  });
});

describe('a block that is written for each of nothing', () => {
  it('is none', () => {
    const text = (each: string): string => `resource "aws_s3_bucket" "a" {
  dynamic "website" {
    for_each = ${each}
    content {
      index_document = "index.html"
    }
  }
}
`;
    expect(said(text('[]'), 'aws-s3-static-website')).toEqual([]);
    expect(said(text('["a"]'), 'aws-s3-static-website')).toEqual([
      'aws_s3_bucket.a LOW fail: the bucket serves a website over plain HTTP; it must not.',
    ]);
  });
});

describe('a website', () => {
  const site = (bucket: string, website: string): string => `resource "aws_s3_bucket" "a" {\n  bucket = "${bucket}"\n${website}}\n`;
  const website = '  website {\n    index_document = "index.html"\n  }\n';

  it('is taken down by command where the name is known, and only where there is one', () => {
    expect(commands(site('example-site', website), 'aws-s3-static-website')).toEqual([
      'aws s3api get-bucket-website --bucket=example-site',
      'aws s3api delete-bucket-website --bucket=example-site',
    ]);
    expect(commands(site('--debug', website), 'aws-s3-static-website')).toEqual([]);
    expect(commands(site('example-site', ''), 'aws-s3-static-website')).toEqual([]);
  });
});

describe('names of attributes', () => {
  it('are those of the place where the default encryption is declared', () => {
    const wrong = (place: string): string => `${place} MEDIUM fail: `;
    expect(
      said(
        'resource "aws_s3_bucket_server_side_encryption_configuration" "a" {\n  bucket = "example"\n  rule {\n  }\n}\n',
        'aws-s3-encryption-kms',
      ),
    ).toEqual([
      `${wrong('aws_s3_bucket_server_side_encryption_configuration.a')}rule.apply_server_side_encryption_by_default.sse_algorithm is not set; it must be "aws:kms" or "aws:kms:dsse".`,
    ]);
    expect(
      said(
        'Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketEncryption:\n        ServerSideEncryptionConfiguration:\n          - BucketKeyEnabled: true\n',
        'aws-s3-encryption-kms',
      ),
    ).toEqual([
      `${wrong('A')}BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.SSEAlgorithm is not set; it must be "aws:kms" or "aws:kms:dsse".`,
    ]);
  });

  it('without a value have the default of AWS', () => {
    expect(said('resource "aws_s3_bucket" "a" {\n  versioning {\n  }\n}\n', 'aws-s3-versioning')).toEqual([
      'aws_s3_bucket.a MEDIUM fail: versioning.enabled is not set, which means false; it must be true.',
    ]);
    expect(said('resource "aws_s3_bucket" "a" {\n  versioning {\n    enabled = true\n  }\n}\n', 'aws-s3-mfa-delete')).toEqual([
      'aws_s3_bucket.a LOW fail: versioning.mfa_delete is not set, which means false; it must be true.',
    ]);
  });
});
