import { describe, expect, it } from 'vitest';
import { document } from '../../../src/domain/value.ts';
import { SourceText } from '../../../src/domain/source.ts';
import { readTerraform } from '../../../src/iac/terraform/index.ts';
import { evaluated, Reading, show } from './read.ts';

describe('values of attributes', () => {
  const reading = new Reading({
    'main.tf': `variable "acl" { default = "private" }
variable "given" { type = bool }
variable "secret" {
  default   = "hush"
  sensitive = true
}
variable "typed" {
  type    = bool
  default = "true"
}
variable "shape" {
  type = object({ size = optional(number, 8), name = string })
  default = { name = "disk" }
}
locals {
  late  = "\${local.early}-logs"
  early = "acme"
  loop  = local.pool
  pool  = local.loop
}
resource "aws_s3_bucket" "logs" {
  bucket        = local.late
  acl           = var.acl
  force_destroy = "true"
  policy        = null
  object_lock   = var.given
  password      = var.secret
  typed         = var.typed
  size          = var.shape.size
  cyclic        = local.loop
  tags = {
    Name  = "logs"
    Owner = var.acl
    Open  = var.given
  }
}
resource "aws_security_group" "web" {
  ingress {
    from_port   = "22"
    protocol    = -1
    cidr_blocks = ["10.0.0.0/8", var.acl]
  }
  dynamic "egress" {
    for_each = [80, 443]
    content {
      to_port = egress.value
    }
  }
  dynamic "timeouts" {
    for_each = var.given
    content {}
  }
}
`,
  });

  it.each([
    ['bucket', '"acme-logs"'],
    ['acl', '"private"'],
    ['force_destroy', 'true'],
    ['policy', 'absent'],
    ['object_lock', '?var.given has no value here'],
    ['typed', 'true'],
    ['size', '8'],
    ['cyclic', '?local.loop refers to itself'],
    ['tags', '{Name: "logs", Open: ?var.given has no value here, Owner: "private"}'],
    ['missing', 'absent'],
  ])('reads %s of aws_s3_bucket.logs as %s', (attribute, expected) => {
    expect(reading.shown('aws_s3_bucket.logs', attribute)).toBe(expected);
  });

  it('reads nested and dynamic blocks as lists of maps', () => {
    expect(reading.shown('aws_security_group.web', 'ingress')).toBe(
      '[{cidr_blocks: ["10.0.0.0/8", "private"], from_port: 22, protocol: "-1"}]',
    );
    expect(reading.shown('aws_security_group.web', 'egress')).toBe('[{to_port: 80}, {to_port: 443}]');
    expect(reading.shown('aws_security_group.web', 'timeouts')).toBe('?var.given has no value here');
  });

  it('points at what is written in the resource, and remembers where it came from', () => {
    expect(reading.places(reading.value('aws_s3_bucket.logs', 'acl'))).toEqual({ at: 'var.acl', from: '"private"' });
    expect(reading.places(reading.value('aws_s3_bucket.logs', 'tags', 'Name'))).toEqual({ at: '"logs"' });
    expect(reading.places(reading.value('aws_s3_bucket.logs', 'tags', 'Owner'))).toEqual({ at: 'var.acl', from: '"private"' });
    expect(reading.places(reading.value('aws_s3_bucket.logs', 'policy'))).toEqual({ at: 'null' });
    expect(reading.places(reading.value('aws_s3_bucket.logs', 'missing'))).toEqual({ at: 'resource "aws_s3_bucket" "logs"' });
    expect(reading.places(reading.value('aws_security_group.web', 'ingress', 'cidr_blocks', 1))).toEqual({
      at: 'var.acl',
      from: '"private"',
    });
    expect(reading.places(reading.value('aws_security_group.web', 'ingress', 'to_port'))).toEqual({ at: 'ingress' });
    expect(reading.places(reading.value('aws_security_group.web', 'egress', 'description'))).toEqual({ at: 'dynamic "egress"' });
  });

  it('marks what is sensitive', () => {
    expect(reading.value('aws_s3_bucket.logs', 'password')).toMatchObject({ data: 'hush', sensitive: true });
    expect(reading.value('aws_s3_bucket.logs', 'acl')).not.toHaveProperty('sensitive');
  });

  it('reports the cycle once and goes on', () => {
    expect(reading.root.diagnostics).toEqual([
      expect.objectContaining({
        level: 'undecided',
        code: 'reference-cycle',
        file: 'main.tf',
        message: 'local.loop refers to itself, directly or through others; break the cycle',
      }),
    ]);
  });

  it('takes values from tfvars files, later ones first', () => {
    const given = new Reading({
      'app/main.tf':
        'variable "a" {}\nvariable "b" { type = number }\nvariable "c" {}\nresource "aws_x" "y" {\n  all = [var.a, var.b, var.c]\n}\n',
      'app/terraform.tfvars': 'a = "main"\nb = "7"\n',
      'app/z.auto.tfvars': 'a = "z"\n',
      'app/other.tfvars': 'c = "not read"\n',
    });
    expect(given.shown('aws_x.y', 'all')).toBe('["z", 7, ?var.c has no value here]');
    expect(given.root.files).toEqual(['app/main.tf', 'app/terraform.tfvars', 'app/z.auto.tfvars']);
  });

  it('says which file of values it cannot read', () => {
    const [root] = readTerraform([new SourceText('main.tf', 'variable "a" {}\n')], {
      read: () => ({ failure: 'it is not UTF-8' }),
      list: () => ['terraform.tfvars'],
    });
    expect(root?.diagnostics).toEqual([
      {
        level: 'undecided',
        code: 'unreadable',
        message: 'terraform.tfvars gives values to variables and cannot be read: it is not UTF-8',
        file: 'terraform.tfvars',
      },
    ]);
  });

  it('merges override files, whose values have no place in the resource', () => {
    const merged = new Reading({
      'main.tf': 'resource "aws_x" "y" {\n  a = 1\n  b = 2\n}\n',
      'override.tf': 'resource "aws_x" "y" {\n  b = 3\n}\n',
    });
    expect(merged.shown('aws_x.y', 'a')).toBe('1');
    expect(merged.places(merged.value('aws_x.y', 'b'))).toEqual({ at: 'resource "aws_x" "y"', from: '3' });
  });
});

describe('what is not known', () => {
  const reason = '?var.open has no value here';

  it.each([
    ['[var.open, 1]', `[${reason}, 1]`],
    ['[var.open, 1][1]', '1'],
    ['{ a = 1, b = var.open }.a', '1'],
    ['"x-${var.open}"', reason],
    ['try(var.open, "fallback")', reason],
    ['can(var.open)', reason],
    ['coalesce(var.open, "fallback")', reason],
    ['coalesce("first", var.open)', '"first"'],
    ['var.open ? "a" : "b"', reason],
    ['var.open ? "a" : "a"', '"a"'],
    ['var.open && false', 'false'],
    ['var.open || true', 'true'],
    ['length([var.open, 2])', '2'],
    ['contains([var.open, "b"], "b")', 'true'],
    ['contains([var.open, "b"], "c")', reason],
    ['merge({ a = 1 }, var.open)', reason],
    ['lookup({ a = 1 }, "a", var.open)', '1'],
    ['keys({ a = var.open })', '["a"]'],
    ['[for x in [1, var.open] : x]', `[1, ${reason}]`],
    ['jsondecode(jsonencode({ a = 1, b = var.open })).a', '1'],
    ['timestamp()', '?timestamp() is known only when Terraform runs'],
    ['provider::acme::f(1)', '?the function provider::acme::f() is not evaluated here'],
    ['aws_x.nowhere.id', '?aws_x.nowhere is not declared here'],
    ['1.00000000000000000001 > 1', 'true'],
    ['file("../../../etc/passwd")', '?the file ../../../etc/passwd is outside this repository'],
    ['file("/etc/passwd")', '?the file /etc/passwd is outside this repository'],
  ])('%s is %s', (expression, expected) => {
    expect(evaluated(expression)).toBe(expected);
  });

  it('of an error, a fallback is taken', () => {
    expect(evaluated('try({}.a, "fallback")')).toBe('"fallback"');
    expect(evaluated('can(tonumber("x"))')).toBe('false');
    expect(evaluated('true ? 1 : tonumber("x")')).toBe('1');
  });
});

describe('JSON documents', () => {
  it('keep the place of each part of jsonencode, known or not', () => {
    const reading = new Reading({
      'main.tf': `resource "aws_s3_bucket" "logs" {}
resource "aws_s3_bucket_policy" "open" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Resource = aws_s3_bucket.logs.arn }] })
}
resource "aws_s3_bucket_policy" "closed" {
  policy = jsonencode({ Effect = "Deny" })
}
`,
    });
    const open = document(reading.value('aws_s3_bucket_policy.open', 'policy'));
    expect(show(open)).toBe('{Statement: [{Effect: "Allow", Resource: ?aws_s3_bucket.logs.arn is known only after creation}]}');
    const [effect] = open.state === 'known' && open.data instanceof Map ? [...open.data.values()] : [];
    expect(reading.textAt(effect?.span)).toBe('[{ Effect = "Allow", Resource = aws_s3_bucket.logs.arn }]');
    expect(reading.shown('aws_s3_bucket_policy.closed', 'policy')).toBe('"{\\"Effect\\":\\"Deny\\"}"');
    const closed = document(reading.value('aws_s3_bucket_policy.closed', 'policy'));
    expect(closed.state === 'known' && closed.data instanceof Map && reading.textAt(closed.data.get('Effect')?.span)).toBe('"Deny"');
  });

  it('are read out of heredocs, with unknown leaves where something is put in', () => {
    const reading = new Reading({
      'main.tf': `variable "open" {}
resource "aws_s3_bucket_policy" "p" {
  policy = <<-EOT
    {
      "Principal": "*",
      "Resource": "arn:\${var.open}/*",
      "Count": \${var.open}
    }
  EOT
}
`,
    });
    const policy = document(reading.value('aws_s3_bucket_policy.p', 'policy'));
    expect(show(policy)).toBe('{Count: ?var.open has no value here, Principal: "*", Resource: ?var.open has no value here}');
    const parts = policy.state === 'known' && policy.data instanceof Map ? policy.data : new Map<string, never>();
    expect(reading.textAt(parts.get('Principal')?.span)).toBe('"*"');
    expect(reading.textAt(parts.get('Resource')?.span)).toBe('"arn:${var.open}/*"');
  });

  it('are made of policy document data sources', () => {
    const reading = new Reading({
      'main.tf': `variable "open" {}
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Base"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "full" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = [var.open]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
resource "aws_s3_bucket_policy" "p" {
  policy = data.aws_iam_policy_document.full.json
}
resource "aws_s3_bucket_policy" "base" {
  policy = data.aws_iam_policy_document.base.json
}
`,
    });
    expect(show(document(reading.value('aws_s3_bucket_policy.p', 'policy')))).toBe(
      '{Statement: [{Action: "s3:*", Effect: "Deny", Resource: "*", Sid: "Base"}, ' +
        '{Action: ["s3:PutObject", "s3:GetObject"], Condition: {Bool: {aws:SecureTransport: "false"}}, Effect: "Allow", Principal: {AWS: "*"}, Resource: ?var.open has no value here}], ' +
        'Version: "2012-10-17"}',
    );
    const base = document(reading.value('aws_s3_bucket_policy.base', 'policy'));
    const statement = base.state === 'known' && base.data instanceof Map ? base.data.get('Statement') : undefined;
    const [first] = statement?.state === 'known' && Array.isArray(statement.data) ? statement.data : [];
    expect(first && reading.places(first)).toEqual({ at: 'data.aws_iam_policy_document.base.json', from: 'statement' });
  });
});
