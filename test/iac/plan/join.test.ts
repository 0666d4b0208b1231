import { describe, expect, it } from 'vitest';
import { configured, plan, Planned } from './reading.ts';
import type { Change } from './reading.ts';

const bucket = (address: string, name = 'x'): Change => ({ address, after: { bucket: name } });
const declared = (name: string): string => `resource "aws_s3_bucket" "${name}" {\n  bucket = "x"\n}\n`;

describe('a resource of a plan stands where it is declared', () => {
  it('in the root module and in modules, by the line of its header', () => {
    const planned = new Planned(
      { 'plan.json': plan([bucket('aws_s3_bucket.own'), bucket('module.a.module.b.aws_s3_bucket.inner')]) },
      {
        'main.tf': `module "a" {\n  source = "./a"\n}\n\n${declared('own')}`,
        'a/main.tf': 'module "b" {\n  source = "../b"\n}\n',
        'b/deep.tf': `\n\n${declared('inner')}`,
      },
    );
    expect(planned.instances).toEqual(['aws_s3_bucket.own main.tf:5', 'module.a.module.b.aws_s3_bucket.inner b/deep.tf:3']);
    expect(planned.said).toEqual([]);
    expect(planned.resource('aws_s3_bucket.own').root).toBe('.');
    expect(planned.textAt(planned.resource('aws_s3_bucket.own').header)).toBe('resource "aws_s3_bucket" "own"');
    expect(planned.workspace.coverage.scanned.map(({ path }) => path)).toEqual(['a/main.tf', 'b/deep.tf', 'main.tf', 'plan.json']);
  });

  it('one declaration for all its instances, whatever their keys hold', () => {
    const addresses = [
      'aws_s3_bucket.keyed["a.b"]',
      'aws_s3_bucket.keyed["a[0]"]',
      'aws_s3_bucket.keyed["module.x"]',
      'aws_s3_bucket.keyed["say \\"hi\\" ]"]',
      'aws_s3_bucket.keyed["ümlaut/ü"]',
      'module.env["prod.eu"].aws_s3_bucket.inner[0]',
      'module.env["prod.eu"].aws_s3_bucket.inner[1]',
    ];
    const planned = new Planned(
      { 'plan.json': plan(addresses.map((address) => bucket(address))) },
      {
        'main.tf': `resource "aws_s3_bucket" "keyed" {\n  for_each = var.all\n}\nmodule "env" {\n  source   = "./env"\n  for_each = var.all\n}\n`,
        'env/main.tf': 'resource "aws_s3_bucket" "inner" {\n  count = 2\n}\n',
      },
    );
    expect(planned.instances).toEqual([
      ...addresses.slice(0, 5).map((address) => `${address} main.tf:1`),
      ...addresses.slice(5).map((address) => `${address} env/main.tf:1`),
    ]);
    expect(planned.workspace.resources.map(({ address }) => address)).toEqual(['aws_s3_bucket.keyed', 'module.env.aws_s3_bucket.inner']);
    expect(planned.resource('aws_s3_bucket.keyed').instances.map(({ key }) => key)).toEqual([
      'a.b',
      'a[0]',
      'module.x',
      'say "hi" ]',
      'ümlaut/ü',
    ]);
    expect(planned.resource('module.env.aws_s3_bucket.inner').instances.map(({ key }) => key)).toEqual([0, 1]);
  });

  it('what the plan makes no instance of is not audited', () => {
    const configuration = { root_module: { resources: [configured('aws_s3_bucket', 'one'), configured('aws_s3_bucket', 'none')] } };
    const planned = new Planned(
      { 'plan.json': plan([bucket('aws_s3_bucket.one')], { configuration }) },
      { 'main.tf': `${declared('one')}resource "aws_s3_bucket" "none" {\n  count = 0\n}\n` },
    );
    expect(planned.instances).toEqual(['aws_s3_bucket.one main.tf:1']);
    expect(planned.said).toEqual([]);
  });

  it('what is declared and the plan does not know makes it undecided', () => {
    const configuration = { root_module: { resources: [configured('aws_s3_bucket', 'one')] } };
    const planned = new Planned(
      { 'plan.json': plan([bucket('aws_s3_bucket.one')], { configuration }) },
      { 'main.tf': declared('one') + declared('added') },
    );
    expect(planned.said).toEqual([
      'undecided plan-outdated plan.json: the plan does not know aws_s3_bucket.added, which is declared here; make the plan again from these files',
    ]);
  });

  it('what is declared nowhere stands at its address in the plan', () => {
    const text = plan([
      bucket('aws_s3_bucket.here'),
      bucket('module.far.aws_s3_bucket.this["a"]'),
      bucket('module.far.aws_s3_bucket.this["b"]'),
    ]);
    const planned = new Planned(
      { 'plan.json': text },
      { 'main.tf': `${declared('here')}module "far" {\n  source  = "acme/far/aws"\n  version = "1.0.0"\n}\n` },
    );
    const far = planned.resource('module.far.aws_s3_bucket.this');
    expect([far.source.file, planned.textAt(far.source), planned.textAt(far.header)]).toEqual([
      'plan.json',
      String.raw`module.far.aws_s3_bucket.this[\"a\"]`,
      String.raw`module.far.aws_s3_bucket.this[\"a\"]`,
    ]);
    expect(far.source.start.offset).toBe(text.indexOf('module.far'));
    expect(planned.said).toEqual([
      'warning plan-not-joined plan.json: 1 of 2 declarations of the plan are in no Terraform file here (module.far.aws_s3_bucket.this); what is said of them points at the plan',
    ]);
  });

  it('a module whose folder is missing stays undecided', () => {
    const planned = new Planned(
      { 'plan.json': plan([bucket('aws_s3_bucket.here'), bucket('module.gone.aws_s3_bucket.this')]) },
      { 'main.tf': `${declared('here')}module "gone" {\n  source = "./gone"\n}\n` },
    );
    expect(planned.instances).toEqual(['aws_s3_bucket.here main.tf:1', 'module.gone.aws_s3_bucket.this plan.json:1']);
    expect(planned.said.map((each) => each.split(':')[0])).toEqual([
      'undecided unresolved-module main.tf',
      'warning plan-not-joined plan.json',
    ]);
  });
});

describe('the Terraform root that a plan belongs to', () => {
  const text = plan([bucket('aws_s3_bucket.a'), bucket('aws_s3_bucket.b')]);

  it('declares most of it', () => {
    const planned = new Planned(
      { 'some/plan.json': text },
      { 'some/main.tf': declared('a'), 'other/main.tf': declared('a') + declared('b') },
    );
    expect(planned.instances).toEqual([
      'aws_s3_bucket.a some/main.tf:1',
      'aws_s3_bucket.a other/main.tf:1',
      'aws_s3_bucket.b other/main.tf:4',
    ]);
  });

  it('among equals is in its own folder', () => {
    const both = declared('a') + declared('b');
    const planned = new Planned({ 'b/plan.json': text }, { 'a/main.tf': both, 'b/main.tf': both + declared('c') });
    expect(planned.resource('aws_s3_bucket.a').root).toBe('a');
    expect(planned.workspace.resources.filter(({ root }) => root === 'b').map(({ address }) => address)).toEqual([
      'aws_s3_bucket.a',
      'aws_s3_bucket.b',
    ]);
  });

  it('then declares nothing else', () => {
    const both = declared('a') + declared('b');
    const planned = new Planned({ 'plan.json': text }, { 'a/main.tf': both + declared('c'), 'b/main.tf': both });
    expect(planned.workspace.resources.map(({ root, address }) => `${root} ${address}`)).toEqual([
      'a aws_s3_bucket.a',
      'a aws_s3_bucket.b',
      'a aws_s3_bucket.c',
      'b aws_s3_bucket.a',
      'b aws_s3_bucket.b',
    ]);
  });

  it('may have several plans, all of which are audited', () => {
    const planned = new Planned(
      { 'dev.json': plan([bucket('aws_s3_bucket.a', 'dev')]), 'prod.json': plan([bucket('aws_s3_bucket.a', 'prod')]) },
      { 'main.tf': 'variable "name" {}\nresource "aws_s3_bucket" "a" {\n  bucket = var.name\n}\n' },
    );
    expect(planned.workspace.resources.map(({ root, header }) => `${root} ${header.file}:${header.start.line}`)).toEqual([
      '. main.tf:2',
      'prod.json main.tf:2',
    ]);
    const [dev] = planned.workspace.resources;
    expect(planned.workspace.sharing(dev?.source ?? planned.resource('aws_s3_bucket.a').source)).toHaveLength(2);
  });

  it('may be a module alone, whose caller is not here', () => {
    const configuration = {
      root_module: {
        module_calls: {
          logs: { source: './modules/logs', module: { resources: [configured('aws_s3_bucket', 'this')], variables: { name: {} } } },
        },
      },
    };
    const planned = new Planned(
      { 'plan.json': plan([bucket('module.logs["a"].aws_s3_bucket.this', 'given')], { configuration }) },
      { 'main.tf': 'variable "name" {\n  default = "own"\n}\nresource "aws_s3_bucket" "this" {\n  bucket = var.name\n}\n' },
    );
    expect(planned.instances).toEqual(['module.logs["a"].aws_s3_bucket.this main.tf:4']);
    expect(planned.shown('module.logs["a"].aws_s3_bucket.this', 'bucket')).toBe('"given" at var.name');
    const resource = planned.resource('module.logs.aws_s3_bucket.this');
    expect(planned.workspace.edits([{ kind: 'set', resource, path: ['bucket'], value: 'other' }])).toBeNull();
  });

  it('a module alone refers to what is beside it in the plan', () => {
    const policy = configured('aws_s3_bucket_policy', 'this', { bucket: { references: ['aws_s3_bucket.this.id', 'aws_s3_bucket.this'] } });
    const module = { resources: [configured('aws_s3_bucket', 'this'), policy] };
    const configuration = {
      root_module: { resources: [configured('aws_s3_bucket', 'this')], module_calls: { logs: { source: './logs', module } } },
    };
    const inner = 'module.logs.aws_s3_bucket_policy.this';
    const planned = new Planned(
      {
        'live/plan.json': plan(
          [bucket('aws_s3_bucket.this'), bucket('module.logs.aws_s3_bucket.this'), { address: inner, unknown: { bucket: true } }],
          { configuration },
        ),
      },
      {
        'main.tf': `${declared('this')}resource "aws_s3_bucket_policy" "this" {\n  bucket = aws_s3_bucket.this.id\n}\n`,
        'live/main.tf': declared('this'),
      },
    );
    expect(planned.links(inner)).toEqual(['to module.logs.aws_s3_bucket.this by bucket']);
    expect(planned.shown(inner, 'bucket')).toBe('?module.logs.aws_s3_bucket.this.id at aws_s3_bucket.this.id');
  });
});
