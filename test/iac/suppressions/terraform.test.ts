import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { understood } from './reading.ts';

const TERMS = 'until=2027-01-31 reason="accepted"';
const SAID = 'until 2027-01-31 because accepted';

describe('a comment in Terraform', () => {
  it('directly above a resource is about the resource', () => {
    const text = `# infra-audit:ignore aws-s3-versioning,aws-s3-encryption ${TERMS}\nresource "aws_s3_bucket" "logs" {\n}\n`;

    expect(understood('main.tf', text)).toEqual([`1: own aws-s3-versioning+aws-s3-encryption at aws_s3_bucket.logs: ${SAID}`]);
  });

  it.each([
    ['//', `// infra-audit:ignore aws-s3-versioning ${TERMS}`],
    ['/* */', `/* infra-audit:ignore aws-s3-versioning ${TERMS} */`],
    ['a block of several lines', `/* Older than the rule.\n * infra-audit:ignore aws-s3-versioning ${TERMS}\n */`],
    ['a space after the colon', `# infra-audit: ignore aws-s3-versioning ${TERMS}`],
  ])('may be written with %s', (_, comment) => {
    expect(understood('main.tf', `${comment}\nresource "aws_s3_bucket" "logs" {}\n`)).toEqual([
      `1: own aws-s3-versioning at aws_s3_bucket.logs: ${SAID}`,
    ]);
  });

  it('may have other comments between itself and the resource, and no empty line', () => {
    const comment = `# infra-audit:ignore aws-s3-versioning ${TERMS}`;
    const resource = 'resource "aws_s3_bucket" "logs" {}\n';

    expect(understood('main.tf', `${comment}\n# The logs of all.\n${resource}`)).toEqual([
      `1: own aws-s3-versioning at aws_s3_bucket.logs: ${SAID}`,
    ]);
    expect(understood('main.tf', `${comment}\n\n${resource}`)).toEqual([`1: own aws-s3-versioning at nothing: ${SAID}`]);
  });

  it('above or behind an attribute or a nested block is about that alone', () => {
    const text = `resource "aws_security_group" "web" {
  # infra-audit:ignore above-attribute ${TERMS}
  description = "web"
  name        = "web" # infra-audit:ignore behind-attribute ${TERMS}

  # infra-audit:ignore above-block ${TERMS}
  ingress {
    cidr_blocks = [
      "0.0.0.0/0",
    ] # infra-audit:ignore behind-list ${TERMS}
  }

  egress { # infra-audit:ignore behind-header ${TERMS}
    from_port = 0
  }
}
`;

    expect(understood('main.tf', text)).toEqual([
      `2: own above-attribute at aws_security_group.web description (lines 3-3): ${SAID}`,
      `4: own behind-attribute at aws_security_group.web name (lines 4-4): ${SAID}`,
      `6: own above-block at aws_security_group.web ingress (lines 7-11): ${SAID}`,
      `10: own behind-list at aws_security_group.web ingress.cidr_blocks (lines 8-10): ${SAID}`,
      `13: own behind-header at aws_security_group.web egress (lines 13-15): ${SAID}`,
    ]);
  });

  it.each([
    ['within a value', `resource "aws_s3_bucket" "a" {\n  tags = {\n    # infra-audit:ignore x ${TERMS}\n    a = 1\n  }\n}\n`, 3],
    ['at the end of a body', `resource "aws_s3_bucket" "a" {\n  bucket = "a"\n  # infra-audit:ignore x ${TERMS}\n}\n`, 3],
    ['behind a resource', `resource "aws_s3_bucket" "a" {\n} # infra-audit:ignore x ${TERMS}\n`, 2],
    ['above what is no resource', `resource "aws_s3_bucket" "a" {}\n# infra-audit:ignore x ${TERMS}\nlocals {}\n`, 2],
  ])('is about nothing %s', (_, text, line) => {
    expect(understood('main.tf', text)).toEqual([`${line}: own x at nothing: ${SAID}`]);
  });

  it.each([
    ['no reason', 'aws-s3-versioning until=2027-01-31', 'has no reason="..."'],
    ['an empty reason', 'aws-s3-versioning until=2027-01-31 reason="  "', 'has no reason="..."'],
    ['no day', 'aws-s3-versioning reason="accepted"', 'has no until=YYYY-MM-DD'],
    [
      'a day that no calendar has',
      'aws-s3-versioning until=2027-02-29 reason="accepted"',
      'has until=2027-02-29, which is no day as YYYY-MM-DD',
    ],
    ['an open quote', 'aws-s3-versioning until=2027-01-31 reason="accepted', 'has a reason without closing quote'],
    ['a setting there is not', `aws-s3-versioning ${TERMS} owner="me"`, 'has owner=, but there are only until= and reason='],
    ['neither reason nor day', 'aws-s3-versioning', 'has no reason="..." and has no until=YYYY-MM-DD'],
  ])('with %s says what it lacks', (_, comment, flaw) => {
    expect(understood('main.tf', `# infra-audit:ignore ${comment}\nresource "aws_s3_bucket" "logs" {}\n`)).toEqual([
      `1: own aws-s3-versioning at aws_s3_bucket.logs: ${flaw}`,
    ]);
  });

  it('is no suppression in a string, a heredoc or a template, whatever it looks like', () => {
    const fake = 'infra-audit:ignore aws-s3-versioning until=2027-01-31 reason=accepted';
    const text = `resource "aws_s3_bucket" "logs" {
  bucket = "# ${fake}"
  policy = <<EOT
# ${fake}
/* ${fake} */
EOT
  tags = { note = "\${"// ${fake}"}" }
  acl = <<-EOT
    %{ if true }
    # ${fake}
    %{ endif }
  EOT
}
`;

    expect(understood('main.tf', text)).toEqual([]);
  });

  it('inside an interpolation is a comment like any other in its line', () => {
    const text = `resource "aws_s3_bucket" "logs" {\n  bucket = "\${ /* infra-audit:ignore x ${TERMS} */ var.name }"\n}\n`;

    expect(understood('main.tf', text)).toEqual([`2: own x at aws_s3_bucket.logs bucket (lines 2-2): ${SAID}`]);
  });

  it('that merely speaks of it is none', () => {
    expect(understood('main.tf', '# see infra-audit:ignore in the handbook\nresource "aws_s3_bucket" "logs" {}\n')).toEqual([]);
  });

  it('has the same resource below it however many comments lie between', () => {
    const count = 20_000;
    const text = `${`# infra-audit:ignore x ${TERMS}\n`.repeat(count)}resource "aws_s3_bucket" "logs" {}\n`;

    const found = understood('main.tf', text);

    expect(found[0]).toBe(`1: own x at aws_s3_bucket.logs: ${SAID}`);
    expect(found.at(-1)).toBe(`${count}: own x at aws_s3_bucket.logs: ${SAID}`);
  });

  it('never makes the reader throw', () => {
    const piece = fc.constantFrom(
      '#',
      '//',
      '/*',
      '*/',
      '\n',
      '"',
      '${',
      '}',
      '{',
      '<<E\n',
      'E\n',
      'infra-audit:ignore',
      'trivy:ignore:',
      ' x',
      'until=',
      'reason="',
      'resource "aws_s3_bucket" "a" {\n',
      'a = 1',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const line of understood('main.tf', pieces.join(''))) expect(line).toMatch(/^\d+: /u);
      }),
    );
  });
});

describe('a comment in Terraform JSON', () => {
  it('is a property named // of the resource or of an object in it', () => {
    const text = JSON.stringify({
      resource: {
        aws_security_group: {
          web: {
            '//': `infra-audit:ignore whole until=2027-01-31 reason=accepted`,
            ingress: [{ '//': ['Two of them:', `infra-audit:ignore part ${TERMS}`], from_port: 22 }],
          },
        },
      },
    });

    expect(understood('main.tf.json', text)).toEqual([
      `1: own whole at aws_security_group.web: ${SAID}`,
      `1: own part at aws_security_group.web ingress.* (lines 1-1): ${SAID}`,
    ]);
  });

  it('is about the resource where its body is a list of one', () => {
    const body = [{ '//': `infra-audit:ignore whole ${TERMS}` }];

    expect(understood('main.tf.json', JSON.stringify({ resource: { aws_s3_bucket: { logs: body } } }))).toEqual([
      `1: own whole at aws_s3_bucket.logs: ${SAID}`,
    ]);
  });

  it('is no other text', () => {
    const bucket = { bucket: `infra-audit:ignore whole ${TERMS}`, tags: { '/': `infra-audit:ignore whole ${TERMS}` } };

    expect(understood('main.tf.json', JSON.stringify({ resource: { aws_s3_bucket: { logs: bucket } } }))).toEqual([]);
  });
});

describe('a comment for another scanner in Terraform', () => {
  it.each([
    [
      'checkov within the resource',
      'resource "aws_s3_bucket" "a" {\n  #checkov:skip=CKV_AWS_20:The site is public\n}\n',
      '2: checkov CKV_AWS_20 at aws_s3_bucket.a: because The site is public',
    ],
    [
      'checkov without a reason',
      'resource "aws_s3_bucket" "a" {\n  # checkov:skip=CKV_AWS_20,CKV_AWS_21\n}\n',
      '2: checkov CKV_AWS_20+CKV_AWS_21 at aws_s3_bucket.a',
    ],
    ['checkov outside of a resource', '#checkov:skip=CKV_AWS_20\nresource "aws_s3_bucket" "a" {}\n', '1: checkov CKV_AWS_20 at nothing'],
    ['trivy above', '#trivy:ignore:AVD-AWS-0086\nresource "aws_s3_bucket" "a" {}\n', '1: trivy AVD-AWS-0086 at aws_s3_bucket.a'],
    [
      'trivy with a day',
      '#trivy:ignore:AVD-AWS-0086:exp:2027-01-01\nresource "aws_s3_bucket" "a" {}\n',
      '1: trivy AVD-AWS-0086 at aws_s3_bucket.a: until 2027-01-01',
    ],
    [
      'trivy with a day as a word',
      '#trivy:ignore:AVD-AWS-0086 exp:2027-01-01\nresource "aws_s3_bucket" "a" {}\n',
      '1: trivy AVD-AWS-0086 at aws_s3_bucket.a: until 2027-01-01',
    ],
    [
      'trivy for one workspace',
      '#trivy:ignore:AVD-AWS-0086:ws:dev\nresource "aws_s3_bucket" "a" {}\n',
      '1: trivy AVD-AWS-0086 at aws_s3_bucket.a: depends on ws:dev, which cannot be told here',
    ],
    [
      'tfsec behind an attribute',
      'resource "aws_s3_bucket" "a" {\n  acl = "public-read" #tfsec:ignore:AWS-0092\n}\n',
      '2: tfsec AWS-0092 at aws_s3_bucket.a acl (lines 2-2)',
    ],
    ['kics for the block below', '# kics-scan ignore-block\nresource "aws_s3_bucket" "a" {}\n', '1: kics * at aws_s3_bucket.a'],
    [
      'kics for the file',
      '# kics-scan disable=1c35,8f92\n\nresource "aws_s3_bucket" "a" {}\nresource "aws_s3_bucket" "b" {}\n',
      '1: kics 1c35+8f92 at aws_s3_bucket.a, aws_s3_bucket.b',
    ],
  ])('is understood: %s', (_, text, said) => {
    expect(understood('main.tf', text)).toEqual([said]);
  });

  it('may name several rules in one line, each for itself', () => {
    expect(understood('main.tf', '#tfsec:ignore:AWS-0086 tfsec:ignore:AWS-0087\nresource "aws_s3_bucket" "a" {}\n')).toEqual([
      '1: tfsec AWS-0086 at aws_s3_bucket.a',
      '1: tfsec AWS-0087 at aws_s3_bucket.a',
    ]);
  });
});
