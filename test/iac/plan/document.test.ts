import { describe, expect, it } from 'vitest';
import { plan, Planned } from './reading.ts';
import type { Change } from './reading.ts';

const LOGS: Change = { address: 'aws_s3_bucket.logs', after: { bucket: 'logs' } };

function saidOf(text: string): string[] {
  return new Planned({ 'plan.json': text }).said;
}

describe('a plan', () => {
  it('has the resources that are there when it was applied', () => {
    const change = (name: string, ...actions: string[]): Change => ({ address: `aws_s3_bucket.${name}`, after: { bucket: name }, actions });
    const { instances, said } = new Planned({
      'plan.json': plan([
        change('made', 'create'),
        change('kept', 'no-op'),
        change('changed', 'update'),
        change('replaced', 'delete', 'create'),
        change('replaced_first', 'create', 'delete'),
        change('forgotten_and_made', 'forget', 'create'),
        { ...change('gone', 'delete'), after: null },
        { ...change('forgotten', 'forget'), after: null },
        { ...change('kept', 'delete'), after: null, more: { deposed: '1a2b3c4d' } },
        { address: 'data.aws_s3_bucket.read', actions: ['read'] },
      ]),
    });
    expect(instances.map((each) => each.split(' ')[0])).toEqual([
      'aws_s3_bucket.made',
      'aws_s3_bucket.kept',
      'aws_s3_bucket.changed',
      'aws_s3_bucket.replaced',
      'aws_s3_bucket.replaced_first',
      'aws_s3_bucket.forgotten_and_made',
    ]);
    expect(said).toEqual([expect.stringContaining('6 of 6 declarations of the plan are in no Terraform file here')]);
  });

  it('is counted as read', () => {
    const { coverage } = new Planned({ 'out/plan.json': plan([LOGS]) }).workspace;
    expect(coverage.scanned.map(({ path }) => path)).toEqual(['out/plan.json']);
    expect([coverage.failed, coverage.ignored]).toEqual([[], []]);
  });

  it('that nobody named is no infrastructure code', () => {
    const template = 'AWSTemplateFormatVersion: 2010-09-09\nResources:\n  A:\n    Type: AWS::S3::Bucket\n';
    const { workspace } = new Planned(
      {},
      { 'plan.json': plan([{ address: 'aws_cloudformation_stack.a', after: { template_body: template } }]) },
    );
    expect([workspace.resources, workspace.coverage.failed, workspace.diagnostics]).toEqual([[], [], []]);
  });

  it.each(['0.1', '0.2', '1.0', '1.2', '1.99'])('of format %s is read', (format_version) => {
    expect(new Planned({ 'plan.json': plan([LOGS], { format_version, invented: { a: [1] } }) }).instances).toEqual([
      'aws_s3_bucket.logs plan.json:1',
    ]);
  });

  it.each([
    ['"2.0"', 'its format_version is "2.0"'],
    ['"10.0"', 'its format_version is "10.0"'],
    ['"1"', 'its format_version is "1"'],
    ['1.2', 'it has no format_version'],
    ['null', 'it has no format_version'],
  ])('of format %s is not', (version, words) => {
    const planned = new Planned({ 'plan.json': plan([LOGS]).replace('"1.2"', version) });
    expect(planned.said).toEqual([
      `undecided plan-version plan.json: the plan is not read: ${words}; 0.x and 1.x are understood, so make it with a version of Terraform that writes them`,
    ]);
    expect(planned.workspace.coverage.failed.map(({ path }) => path)).toEqual(['plan.json']);
    expect(planned.instances).toEqual([]);
  });

  it.each([
    ['a saved plan', 'PK\u0003\u0004', 'it is a plan as Terraform saves it, not its JSON'],
    ['a state file', '{"version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "x", "resources": []}', 'it is a state file'],
    ['a shown state', '{"format_version": "1.0", "values": {"root_module": {}}}', 'it is the JSON of a state'],
    ['a log', '{"@level":"info","@message":"Terraform 1.9.0"}\n{"@level":"info"}\n', 'it is the log of a command with -json'],
    ['another document', '{"name": "x"}', 'it is another JSON document'],
    ['a list', '[]', 'it is not JSON (an object was expected)'],
    ['nothing', '', 'it is not JSON (an object was expected)'],
    ['words', 'Terraform will perform the following actions:', 'it is not JSON (an object was expected)'],
    ['half a plan', plan([LOGS]).slice(0, -3), 'it is not JSON (the text ends too early)'],
    ['a plan with an open text', `${plan([LOGS]).slice(0, -20)}"`, 'it is not JSON'],
    ['two plans', plan([LOGS]) + plan([LOGS]), 'it is not JSON (something follows the document)'],
  ])('is not what %s is', (_, text, words) => {
    const said = saidOf(text);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(`undecided plan-unreadable plan.json: the plan is not read: ${words}`);
    expect(said[0]).toContain('make it with "terraform show -json FILE"');
  });

  it('with a byte order mark is read, its places too', () => {
    const planned = new Planned({ 'plan.json': `\uFEFF${plan([LOGS])}` });
    expect(planned.textAt(planned.resource('aws_s3_bucket.logs').header)).toBe('aws_s3_bucket.logs');
  });

  it('of a failed run and one that is not complete are undecided', () => {
    expect(saidOf(plan([], { errored: true, complete: false }))).toEqual([
      'undecided plan-errored plan.json: the plan is of a run that failed, so resources are missing in it; make it run through and plan again',
      'undecided plan-incomplete plan.json: the plan is not complete (a target, or changes that were put off); plan all of it',
    ]);
    expect(saidOf(plan([], { errored: false, complete: true }))).toEqual([]);
  });

  it('that was made of nothing is empty', () => {
    expect(saidOf('{"format_version":"1.2","planned_values":{"root_module":{}},"configuration":{"root_module":{}}}')).toEqual([]);
  });
});

describe('a forged plan is undecided', () => {
  it.each([
    ['an address of another type', { ...LOGS, more: { type: 'aws_instance' } }],
    ['an address of another name', { ...LOGS, more: { name: 'other' } }],
    ['an address of another module', { ...LOGS, more: { module_address: 'module.a' } }],
    ['an address without its module', { ...LOGS, address: 'module.a.aws_s3_bucket.logs', more: { module_address: undefined } }],
    ['an address of a deeper module', { ...LOGS, address: 'module.a.module.b.aws_s3_bucket.logs', more: { module_address: 'module.a' } }],
    ['an address of another instance', { ...LOGS, more: { index: 1 } }],
    ['an address that goes on', { ...LOGS, more: { address: 'aws_s3_bucket.logs.arn' } }],
    ['no address', { ...LOGS, more: { address: 7 } }],
    ['an invented mode', { ...LOGS, more: { mode: 'other' } }],
  ])('with %s', (_, change) => {
    const planned = new Planned({ 'plan.json': plan([change]) });
    expect(planned.said).toEqual([
      expect.stringMatching(/^undecided plan-invalid plan\.json: the plan contradicts itself: .* does not agree/u),
    ]);
    expect(planned.instances).toEqual([]);
  });

  it.each([
    ['null', null],
    ['a text', 'text'],
    ['a list', []],
    ['a number', 3],
  ])('with %s for the values of what is made', (_, after) => {
    expect(saidOf(plan([{ ...LOGS, after }]))).toEqual([
      'undecided plan-invalid plan.json: the plan contradicts itself: aws_s3_bucket.logs has no values after apply',
    ]);
  });

  it('with a resource that is planned and in no change', () => {
    const resources = [{ address: 'aws_s3_bucket.hidden', mode: 'managed', type: 'aws_s3_bucket', name: 'hidden', values: {} }];
    const planned_values = { root_module: { child_modules: [{ address: 'module.a', resources }] } };
    expect(saidOf(plan([], { planned_values }))).toEqual([
      'undecided plan-invalid plan.json: the plan contradicts itself: planned_values has aws_s3_bucket.hidden, which resource_changes has not',
    ]);
  });

  it('with an address twice, of which both are audited', () => {
    const planned = new Planned({ 'plan.json': plan([LOGS, { ...LOGS, after: { bucket: 'other' } }]) });
    expect(planned.said).toContain('undecided plan-invalid plan.json: the plan has aws_s3_bucket.logs more than once');
    expect(planned.resource('aws_s3_bucket.logs').instances).toHaveLength(2);
  });

  it('with a part twice', () => {
    const text = plan([LOGS]);
    expect(saidOf(`${text.slice(0, -1)},"resource_changes":[]}`)).toContain(
      'undecided plan-invalid plan.json: the plan contradicts itself: "resource_changes" stands in it twice',
    );
  });
});
