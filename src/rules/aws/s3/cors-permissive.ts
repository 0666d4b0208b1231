import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { all, asString, at } from '../../../domain/value.ts';
import { perhaps } from '../../attribute.ts';
import type { Part } from './bucket.ts';
import { CORS, parts, targets } from './bucket.ts';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];
const WRITING = new Set(['PUT', 'POST', 'DELETE']);

/**
 * Severity: no control of AWS Foundational Security Best Practices; MEDIUM, as other checkers give, where scripts of any
 * page may write. Otherwise LOW: CORS lets no caller in who may not call anyway, and reading public files is what most
 * such rules are for.
 */
export const rule = defineRule({
  id: 'aws-s3-cors-permissive',
  title: 'S3 bucket must let only certain web pages in',
  severity: 'LOW',
  targets: targets(CORS),
  topics: ['s3-cors-permissive'],
  why: 'A script of any page can use what a visitor of it may do with the bucket, such as a signed address that it got hold of.',
  remedy: [
    'Name the pages that need the bucket as origins, for example https://www.example.com.',
    'Name the methods and headers that they use; most need GET and HEAD, and no header.',
  ],
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html'],
  controls: { nist: ['AC-4'] },
  equivalents: {},
  *check(instance: Instance) {
    for (const part of parts(instance, CORS)) for (const each of rulesOf(part)) yield* perhaps(each, [...check(each, part.form)]);
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'any page may write',
          source: `resource "aws_s3_bucket" "avatars" {
  bucket = "example-avatars"
}

resource "aws_s3_bucket_cors_configuration" "avatars" {
  bucket = aws_s3_bucket.avatars.id

  cors_rule {
    allowed_methods = ["GET", "PUT"]
    allowed_origins = ["https://*"]
  }
}
`,
          at: '"https://*"',
        },
        {
          name: 'any header, in the bucket itself',
          source: `resource "aws_s3_bucket" "avatars" {
  bucket = "example-avatars"

  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["GET"]
    allowed_origins = ["https://www.example.com"]
  }
}
`,
          at: '"*"',
        },
        {
          name: 'every method',
          source: `resource "aws_s3_bucket" "avatars" {
  bucket = "example-avatars"

  cors_rule {
    allowed_methods = ["GET", "HEAD", "PUT", "POST", "DELETE"]
    allowed_origins = ["https://www.example.com"]
  }
}
`,
          at: '["GET", "HEAD", "PUT", "POST", "DELETE"]',
        },
      ],
      good: [
        {
          name: 'all methods but one, and a port that is not known beforehand',
          source: `resource "aws_s3_bucket_cors_configuration" "avatars" {
  bucket = "example-avatars"

  dynamic "cors_rule" {
    for_each = ["GET", "PUT", "POST", "DELETE", "HEAD"]
    content {
      allowed_methods = [for method in ["GET", "PUT", "POST", "DELETE", "HEAD"] : method if method != cors_rule.value]
      allowed_origins = ["https://www.example.com:*"]
    }
  }
}
`,
        },

        {
          name: 'pages of one domain, methods and headers that are named',
          source: `resource "aws_s3_bucket_cors_configuration" "avatars" {
  bucket = "example-avatars"

  cors_rule {
    allowed_headers = ["x-amz-*"]
    allowed_methods = ["PUT", "POST"]
    allowed_origins = ["https://*.example.com"]
  }
}
`,
        },
      ],
      undecided: [
        ...['allowed_methods', 'allowed_headers'].map((attribute) => ({
          name: `${attribute} given by a variable without a value`,
          source: `variable "unset" {
  type = list(string)
}

resource "aws_s3_bucket" "avatars" {
  bucket = "example-avatars"

  cors_rule {
    allowed_origins = ["https://www.example.com"]
    ${attribute} = var.unset
  }
}
`,
          at: 'var.unset',
        })),

        {
          name: 'origins given by a variable without a value',
          source: `variable "origins" {
  type = list(string)
}

resource "aws_s3_bucket_cors_configuration" "avatars" {
  bucket = "example-avatars"

  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = var.origins
  }
}
`,
          at: 'var.origins',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'every method',
          source: `Resources:
  Avatars:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration:
        CorsRules:
          - AllowedMethods: [GET, HEAD, PUT, POST, DELETE]
            AllowedOrigins: ['https://www.example.com']
`,
          at: 'AllowedMethods',
        },
        {
          name: 'any header',
          source: `Resources:
  Avatars:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration:
        CorsRules:
          - AllowedMethods: [GET]
            AllowedOrigins: ['https://www.example.com']
            AllowedHeaders: ['*']
`,
          at: "'*'",
        },

        {
          name: 'any page may read',
          source: `Resources:
  Avatars:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration:
        CorsRules:
          - AllowedMethods: [GET]
            AllowedOrigins: ['*']
`,
          at: "'*'",
        },
      ],
      good: [
        {
          name: 'one page',
          source: `Resources:
  Avatars:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration:
        CorsRules:
          - AllowedMethods: [GET, HEAD]
            AllowedOrigins: ['https://www.example.com']
`,
        },
      ],
      undecided: [
        {
          name: 'origin given by a parameter without a default',
          source: `Parameters:
  Origin:
    Type: String
Resources:
  Avatars:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration:
        CorsRules:
          - AllowedMethods: [GET]
            AllowedOrigins: [!Ref Origin]
`,
          at: '!Ref Origin',
        },
      ],
    },
  },
});

function rulesOf({ form, value }: Part): readonly Value[] {
  if (form === null) return [];
  if (form === 'own') return all(value, 'cors_rule');
  return form === 'CorsConfiguration' ? all(value, 'CorsRules') : all(value);
}

/** The worst that is to be said of a rule, once: what limits nothing, else what is not known. */
function* check(rule: Value, form: string | null): Iterable<Violation> {
  const [origins, methods, headers] =
    form === 'CorsConfiguration'
      ? ['AllowedOrigins', 'AllowedMethods', 'AllowedHeaders']
      : ['allowed_origins', 'allowed_methods', 'allowed_headers'];
  const [from, using] = [all(rule, origins), all(rule, methods)];
  const anyone = from.find((each) => /^(?:https?:\/\/)?\*$/u.test(asString(each) ?? ''));
  const anything = all(rule, headers).find((each) => asString(each) === '*');
  const writes = using.some((each) => WRITING.has(asString(each) ?? ''));
  if (anyone !== undefined) {
    const what = writes ? 'read and write' : 'read';
    const message = `${origins} is ${JSON.stringify(asString(anyone))}, so scripts of any page may ${what}; it must name the pages.`;
    yield { outcome: 'fail', message, span: anyone.span, severity: writes ? 'MEDIUM' : 'LOW' };
  } else if (METHODS.every((method) => using.some((each) => asString(each) === method)))
    yield { outcome: 'fail', message: `${methods} has every method; it must name those that are used.`, span: at(rule, methods).span };
  else if (anything !== undefined)
    yield { outcome: 'fail', message: `${headers} is "*"; it must name the headers that are used.`, span: anything.span };
  else {
    const open = [...from, ...using, ...all(rule, headers)].find(({ state }) => state === 'unknown');
    if (open?.state === 'unknown')
      yield {
        outcome: 'undecided',
        message: `whether any page is let in is not known: ${open.reason}; the rule must name pages, methods and headers.`,
        span: open.span,
      };
  }
}
