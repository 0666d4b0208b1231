import { describe, expect, it } from 'vitest';
import { document } from '../../../src/domain/value.ts';
import { configured, plan, Planned, show } from './reading.ts';

const GROUP = `resource "aws_security_group" "web" {
  name = "web"
  ingress {
    from_port   = 22
    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
  }
  ingress {
    from_port   = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`;

describe('a value of a plan', () => {
  it('is the plan’s, at the place where the source writes it', () => {
    const planned = new Planned(
      {
        'plan.json': plan([
          { address: 'aws_s3_bucket.logs', after: { bucket: 'logs-prod', tags: { Name: 'logs' }, force_destroy: false } },
        ]),
      },
      {
        'main.tf':
          'variable "env" {}\nresource "aws_s3_bucket" "logs" {\n  bucket = "logs-${var.env}"\n  tags = {\n    Name = "logs"\n  }\n}\n',
      },
    );
    expect(planned.shown('aws_s3_bucket.logs', 'bucket')).toBe('"logs-prod" at "logs-${var.env}"');
    expect(planned.shown('aws_s3_bucket.logs', 'tags', 'Name')).toBe('"logs" at "logs"');
    expect(planned.shown('aws_s3_bucket.logs', 'force_destroy')).toBe('false at resource "aws_s3_bucket" "logs"');
  });

  it('of each instance is its own', () => {
    const planned = new Planned(
      {
        'plan.json': plan([
          { address: 'aws_s3_bucket.all["a"]', after: { bucket: 'first' } },
          { address: 'aws_s3_bucket.all["b"]', after: { bucket: 'second' } },
        ]),
      },
      { 'main.tf': 'resource "aws_s3_bucket" "all" {\n  for_each = toset(["a", "b"])\n  bucket   = each.key\n}\n' },
    );
    expect(planned.shown('aws_s3_bucket.all["a"]', 'bucket')).toBe('"first" at each.key');
    expect(planned.shown('aws_s3_bucket.all["b"]', 'bucket')).toBe('"second" at each.key');
  });

  it('that is null is absent, where it is written or else at the header', () => {
    const planned = new Planned(
      { 'plan.json': plan([{ address: 'aws_s3_bucket.logs', after: { acl: null, policy: null } }]) },
      { 'main.tf': 'variable "acl" {\n  default = null\n}\nresource "aws_s3_bucket" "logs" {\n  acl = var.acl\n}\n' },
    );
    expect(planned.shown('aws_s3_bucket.logs', 'acl')).toBe('absent at var.acl');
    expect(planned.shown('aws_s3_bucket.logs', 'policy')).toBe('absent at resource "aws_s3_bucket" "logs"');
    expect(planned.shown('aws_s3_bucket.logs', 'logging')).toBe('absent at resource "aws_s3_bucket" "logs"');
  });

  it('an element of a set is found by what is known of it', () => {
    const ingress = [
      { from_port: 443, cidr_blocks: ['0.0.0.0/0'] },
      { from_port: 22, cidr_blocks: ['0.0.0.0/0', '10.0.0.0/8'] },
    ];
    const planned = new Planned({ 'plan.json': plan([{ address: 'aws_security_group.web', after: { ingress } }]) }, { 'main.tf': GROUP });
    expect(planned.shown('aws_security_group.web', 'ingress', 0, 'from_port')).toBe('443 at 443');
    expect(planned.shown('aws_security_group.web', 'ingress', 1, 'cidr_blocks', 0)).toBe('"0.0.0.0/0" at "0.0.0.0/0"');
    expect(planned.value('aws_security_group.web', 'ingress', 1, 'cidr_blocks', 0).span.start.line).toBe(5);
    expect(planned.value('aws_security_group.web', 'ingress', 0, 'cidr_blocks', 0).span.start.line).toBe(9);
  });

  it('an element that the source does not have points at the list', () => {
    const ingress = [{ from_port: 22 }, { from_port: 443 }, { from_port: 8080 }];
    const planned = new Planned({ 'plan.json': plan([{ address: 'aws_security_group.web', after: { ingress } }]) }, { 'main.tf': GROUP });
    expect(planned.shown('aws_security_group.web', 'ingress', 2, 'from_port')).toBe('8080 at ingress');
    expect(planned.value('aws_security_group.web', 'ingress', 2).span.start.line).toBe(3);
  });

  it('an empty list or text is absent where nobody wrote it, and known where somebody did', () => {
    const after = { ingress: [], description: '', egress: [] };
    const planned = new Planned(
      { 'plan.json': plan([{ address: 'aws_security_group.web', after }]) },
      { 'main.tf': 'resource "aws_security_group" "web" {\n  ingress = []\n}\n' },
    );
    expect(planned.shown('aws_security_group.web', 'ingress')).toBe('[] at []');
    expect(planned.shown('aws_security_group.web', 'egress')).toContain('absent at resource');
    expect(planned.shown('aws_security_group.web', 'description')).toContain('absent at resource');
  });

  it('a JSON text keeps the places of its parts', () => {
    const policy = '{"Statement":[{"Effect":"Allow","Principal":"*"}]}';
    const planned = new Planned(
      { 'plan.json': plan([{ address: 'aws_s3_bucket_policy.p', after: { policy } }]) },
      {
        'main.tf':
          'variable "who" {}\nresource "aws_s3_bucket_policy" "p" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = var.who }] })\n}\n',
      },
    );
    const shape = document(planned.value('aws_s3_bucket_policy.p', 'policy'));
    expect(show(shape)).toBe('{Statement: [{Effect: "Allow", Principal: "*"}]}');
    const statement = shape.state === 'known' && shape.data instanceof Map ? shape.data.get('Statement') : undefined;
    const [first] = statement?.state === 'known' && Array.isArray(statement.data) ? statement.data : [];
    expect(planned.textAt(first.data.get('Principal').span)).toBe('var.who');
  });
});

describe('what is known only after apply', () => {
  it('is unknown: attributes, elements of lists, members of maps and blocks', () => {
    const planned = new Planned(
      {
        'plan.json': plan([
          {
            address: 'aws_instance.web',
            after: { vpc_security_group_ids: ['sg-1', null], tags: { Name: 'web' }, root_block_device: [{ encrypted: true }] },
            unknown: {
              ami: true,
              vpc_security_group_ids: [false, true],
              tags: { Group: true },
              root_block_device: [{ kms_key_id: true }],
              ebs_block_device: true,
            },
          },
        ]),
      },
      {
        'main.tf': `resource "aws_instance" "web" {
  ami                    = data.aws_ami.a.id
  vpc_security_group_ids = ["sg-1", aws_security_group.g.id]
  tags                   = { Name = "web", Group = aws_security_group.g.id }
  root_block_device {
    encrypted  = true
    kms_key_id = aws_kms_key.k.arn
  }
  dynamic "ebs_block_device" {
    for_each = data.aws_ami.a.block_device_mappings
    content {}
  }
}
data "aws_ami" "a" {}
resource "aws_security_group" "g" {}
resource "aws_kms_key" "k" {}
`,
      },
    );
    const shown = (...path: (string | number)[]): string => planned.shown('aws_instance.web', ...path);
    expect(show(planned.value('aws_instance.web', 'ami'))).toMatch(/^\?/u);
    expect(shown('vpc_security_group_ids', 1)).toBe('?aws_security_group.g.id at aws_security_group.g.id');
    expect(shown('tags', 'Name')).toBe('"web" at "web"');
    expect(shown('tags', 'Group')).toBe('?aws_security_group.g.id at aws_security_group.g.id');
    expect(shown('root_block_device', 'encrypted')).toBe('true at true');
    expect(shown('root_block_device', 'kms_key_id')).toBe('?aws_kms_key.k.arn at aws_kms_key.k.arn');
    expect(shown('ebs_block_device')).toBe('?known only after apply at dynamic "ebs_block_device"');
  });

  it('and that nobody wrote is the provider’s, as in the source', () => {
    const planned = new Planned(
      { 'plan.json': plan([{ address: 'aws_s3_bucket.logs', after: {}, unknown: { acl: true, grant: true } }]) },
      { 'main.tf': 'resource "aws_s3_bucket" "logs" {}\n' },
    );
    expect(planned.shown('aws_s3_bucket.logs', 'acl')).toBe('absent at resource "aws_s3_bucket" "logs"');
    expect(planned.shown('aws_s3_bucket.logs', 'grant')).toBe('absent at resource "aws_s3_bucket" "logs"');
  });

  it('without a source, is absent only where no dynamic block can hide', () => {
    const configuration = { root_module: { resources: [configured('aws_s3_bucket', 'logs', { bucket: { constant_value: 'logs' } })] } };
    const change = { address: 'aws_s3_bucket.logs', after: { bucket: 'logs' }, unknown: { acl: true, grant: true } };
    const planned = new Planned({ 'plan.json': plan([change], { configuration }) });
    expect(show(planned.value('aws_s3_bucket.logs', 'acl'))).toBe('absent');
    expect(show(planned.value('aws_s3_bucket.logs', 'grant'))).toBe('?known only after apply');
    const without = new Planned({ 'plan.json': plan([change]) });
    expect(show(without.value('aws_s3_bucket.logs', 'acl'))).toBe('?known only after apply');
  });

  it('keeps what the source knows of it, with the variables of the plan', () => {
    const text = (value: string): Planned =>
      new Planned(
        {
          'plan.json': plan([{ address: 'aws_s3_bucket_policy.p', after: {}, unknown: { policy: true } }], {
            variables: { effect: { value } },
          }),
        },
        {
          'main.tf':
            'variable "effect" {\n  default = "Deny"\n}\nresource "aws_s3_bucket_policy" "p" {\n  policy = jsonencode({ Effect = var.effect, Resource = aws_s3_bucket.b.arn })\n}\nresource "aws_s3_bucket" "b" {}\n',
        },
      );
    expect(show(document(text('Allow').value('aws_s3_bucket_policy.p', 'policy')))).toBe(
      '{Effect: "Allow", Resource: ?aws_s3_bucket.b.arn}',
    );
  });
});

describe('what is sensitive', () => {
  const secret = 'hunter2-hunter2';

  it('is marked where the plan marks it, in the parts of a list, a map and a set', () => {
    const planned = new Planned({
      'plan.json': plan([
        {
          address: 'aws_instance.web',
          after: {
            user_data: secret,
            tags: { Name: 'web', Token: 'token-1' },
            cidrs: ['10.1.0.0/16', '10.2.0.0/16'],
            ingress: [{ from_port: 22 }],
          },
          sensitive: { user_data: true, tags: { Token: true }, cidrs: [false, true], ingress: true },
        },
      ]),
    });
    expect(show(planned.value('aws_instance.web', 'user_data'))).toBe(`*"${secret}"*`);
    expect(show(planned.value('aws_instance.web', 'tags'))).toBe('{Name: "web", Token: *"token-1"*}');
    expect(show(planned.value('aws_instance.web', 'cidrs'))).toBe('["10.1.0.0/16", *"10.2.0.0/16"*]');
    expect(show(planned.value('aws_instance.web', 'ingress'))).toBe('*[*{from_port: *22*}*]*');
  });

  const elsewhere: readonly [string, Readonly<Record<string, unknown>>][] = [
    ['an attribute', {}],
    [
      'a variable',
      {
        variables: { password: { value: { deep: [secret] } } },
        configuration: { root_module: { variables: { password: { sensitive: true } } } },
      },
    ],
    ['an output', { output_changes: { password: { actions: ['create'], before: null, after: secret, after_sensitive: true } } }],
    ['the state', { prior_state: { values: { root_module: { resources: [{ values: { a: secret }, sensitive_values: { a: true } }] } } } }],
    ['an output of the state', { prior_state: { values: { outputs: { a: { value: secret, sensitive: true } } } } }],
    ['what drifted', { resource_drift: [{ change: { before: { a: secret }, before_sensitive: { a: true } } }] }],
    ['a resource that goes', { resource_changes: undefined }],
  ];

  it.each(elsewhere)('is marked where it stands without a mark, when it is sensitive in %s', (where, more) => {
    const hidden = { address: 'aws_instance.other', after: { password: secret }, sensitive: { password: true } };
    const gone = { ...hidden, actions: ['delete'] };
    const changes = where === 'an attribute' ? [hidden] : where === 'a resource that goes' ? [gone] : [];
    const planned = new Planned({
      'plan.json': plan(
        [
          { address: 'aws_instance.web', after: { tags_all: { Token: secret, Name: 'web' }, policy: JSON.stringify({ Sid: secret }) } },
          ...changes,
        ],
        where === 'a resource that goes' ? {} : more,
      ),
    });
    expect(show(planned.value('aws_instance.web', 'tags_all'))).toBe(`{Token: *"${secret}"*, Name: "web"}`);
    expect(show(document(planned.value('aws_instance.web', 'policy')))).toBe(`{Sid: *"${secret}"*}`);
  });

  it('in a JSON text is every part of it', () => {
    const planned = new Planned({
      'plan.json': plan([{ address: 'aws_iam_policy.p', after: { policy: '{"Sid":"a"}' }, sensitive: { policy: true } }]),
    });
    expect(show(document(planned.value('aws_iam_policy.p', 'policy')))).toBe('*{Sid: *"a"*}*');
  });

  it('for the source is sensitive in an old plan too', () => {
    const planned = new Planned(
      {
        'plan.json': plan([{ address: 'aws_instance.web', after: { user_data: secret } }], { format_version: '0.1' }).replace(
          /,"after_sensitive":\{\}/u,
          '',
        ),
      },
      { 'main.tf': 'variable "s" {\n  sensitive = true\n}\nresource "aws_instance" "web" {\n  user_data = var.s\n}\n' },
    );
    expect(show(planned.value('aws_instance.web', 'user_data'))).toBe(`*"${secret}"*`);
  });

  it('is not seen in the lines of the plan, of which the addresses are', () => {
    const text = JSON.stringify(
      JSON.parse(plan([{ address: 'aws_instance.web', after: { password: secret }, sensitive: { password: true } }])),
      null,
      1,
    );
    for (const each of [text, JSON.stringify(JSON.parse(text))]) {
      const planned = new Planned({ 'plan.json': each });
      const { start } = planned.resource('aws_instance.web').header;
      const shown = planned.workspace.source('plan.json');
      expect(shown?.line(start.line).slice(start.column - 1)).toBe('aws_instance.web');
      expect(
        each
          .split('\n')
          .map((_, index) => shown?.line(index + 1).trim())
          .join(''),
      ).toBe('aws_instance.web');
    }
  });
});
