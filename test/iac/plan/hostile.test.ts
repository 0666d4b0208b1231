import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceText } from '../../../src/domain/source.ts';
import type { Workspace } from '../../../src/domain/workspace.ts';
import { createWorkspace } from '../../../src/iac/workspace.ts';
import { plan, Planned, show } from './reading.ts';

const SOURCE = 'resource "aws_s3_bucket" "a" {\n  bucket = "x"\n  tags = { a = "b" }\n  logging {\n    target_bucket = "y"\n  }\n}\n';

/** Reads all that an audit could ask for. */
function readAll(text: string): Workspace {
  const workspace = createWorkspace([new SourceText('main.tf', SOURCE)], { plans: [new SourceText('plan.json', text)] });
  for (const resource of workspace.resources) {
    void resource.related;
    for (const instance of resource.instances) show(instance.attributes);
  }
  return workspace;
}

describe('a hostile plan', () => {
  const deep = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);
  const withAfter = (after: string): string => plan([{ address: 'aws_s3_bucket.a', after: 'AFTER' }]).replace('"AFTER"', after);

  it('that nests its values too deeply has an unknown there', () => {
    const planned = new Planned({ 'plan.json': withAfter(`{"a":${deep('[', ']', 100_000)}}`) });
    expect(show(planned.value('aws_s3_bucket.a', 'a'))).toContain('?it is nested too deeply to be read');
  });

  it.each([
    ['brackets', deep('[', ']', 1_000_000)],
    ['open brackets', '['.repeat(1_000_000)],
    [
      'modules',
      `{"format_version":"1.0","resource_changes":[],"planned_values":{"root_module":${deep('{"child_modules":[', ']}', 100_000)}}}`,
    ],
    [
      'calls',
      `{"format_version":"1.0","resource_changes":[],"configuration":{"root_module":${deep('{"module_calls":{"a":{"module":', '}}}', 100_000)}}}`,
    ],
    ['backslashes', `{"format_version":"${'\\\\'.repeat(500_000)}"`],
    ['masks', plan([{ address: 'aws_s3_bucket.a', after: {}, unknown: 'MASK' }]).replace('"MASK"', `{"a":${deep('[', ']', 100_000)}}`)],
  ])('of many %s is read to its end', (_, text) => {
    expect(readAll(text).resources.map(({ address }) => address)).toEqual(['aws_s3_bucket.a']);
  });

  it('of many elements in a set is read to its end', () => {
    const ports = (count: number): object[] =>
      Array.from({ length: count }, (_, index) => ({ from_port: index, cidr_blocks: ['0.0.0.0/0'] }));
    const planned = new Planned(
      { 'plan.json': plan([{ address: 'aws_security_group.web', after: { ingress: ports(20_000) } }]) },
      { 'main.tf': `resource "aws_security_group" "web" {\n${'  ingress {\n    from_port = 1\n  }\n'.repeat(200)}}\n` },
    );
    expect(show(planned.value('aws_security_group.web', 'ingress', 19_999))).toBe('{from_port: 19999, cidr_blocks: ["0.0.0.0/0"]}');
  });

  it('has keys of objects as keys like all others', () => {
    const planned = new Planned({
      'plan.json': withAfter('{"__proto__":{"polluted":true},"constructor":"x","hasOwnProperty":1}'),
    });
    expect(show(planned.value('aws_s3_bucket.a'))).toBe('{__proto__: {polluted: true}, constructor: "x", hasOwnProperty: 1}');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('does not make a value unknown or sensitive by what every object has', () => {
    const planned = new Planned({ 'plan.json': withAfter('{"constructor":"x","toString":"y"}') });
    expect(show(planned.value('aws_s3_bucket.a'))).toBe('{constructor: "x", toString: "y"}');
  });

  it.each([
    ['resource_changes', 7],
    ['resource_changes', { a: 1 }],
    ['resource_changes', [null, 1, 'x', [], {}, { change: [] }, { address: 'a', change: { actions: 'delete' } }]],
    ['planned_values', [[]]],
    ['planned_values', { root_module: [{ resources: {} }], outputs: [1] }],
    ['prior_state', 'x'],
    ['prior_state', { values: { root_module: { resources: [1, { values: 1, sensitive_values: [true] }], child_modules: [[], 1] } } }],
    ['configuration', []],
    ['configuration', { root_module: { resources: [1, {}, { mode: 'managed' }], module_calls: [], outputs: 1, variables: { a: 1 } } }],
    ['configuration', { root_module: { module_calls: { a: { module: { module_calls: { b: 1 } } } } } }],
    ['variables', { a: 1, b: { value: { c: [[[]]] } } }],
    ['variables', []],
    ['output_changes', { a: 1, b: { after: [1], after_sensitive: { c: true } } }],
    ['resource_drift', { a: 1 }],
    ['errored', 'true'],
  ])('with something else for %s is read', (part, value) => {
    const changes = [{ address: 'aws_s3_bucket.a', after: { bucket: 'x' } }];
    const workspace = readAll(plan(changes, { [part]: value }));
    if (part === 'resource_changes') expect(workspace.diagnostics.map(({ code }) => code)).not.toContain('plan-unreadable');
    else expect(workspace.resources.map(({ address, header }) => `${address} ${header.file}`)).toEqual(['aws_s3_bucket.a main.tf']);
  });

  const json = fc.jsonValue({ maxDepth: 4 });
  const name = fc.constantFrom('a', 'bucket', 'tags', 'logging', 'target_bucket', 'x["a.b"]', '__proto__', '');
  const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(true, false, null, 'x', '', 3, '{"a":[1]}'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    ),
  })).value;

  it('whatever it holds, is read without an error', () => {
    const change = fc.record(
      {
        address: fc.oneof(fc.constantFrom('aws_s3_bucket.a', 'module.m["a.b"].aws_s3_bucket.a[0]', 'a..b', 'module.'), fc.string()),
        mode: fc.constantFrom('managed', 'data', 'x'),
        type: fc.constantFrom('aws_s3_bucket', 'x'),
        name: fc.constantFrom('a', 'b'),
        change: fc.record({ actions: json, after: value, after_unknown: value, after_sensitive: value }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    );
    const document = fc.record({
      format_version: fc.constantFrom('1.2', '0.1', '3.0'),
      resource_changes: fc.oneof(fc.array(change, { maxLength: 3 }), json),
      configuration: fc.oneof(value, json),
      planned_values: json,
      variables: fc.oneof(fc.dictionary(name, fc.record({ value })), json),
    });
    fc.assert(
      fc.property(document, (text) => {
        const workspace = readAll(JSON.stringify(text));
        const seen = workspace.resources.length + workspace.diagnostics.length;
        expect(seen).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('whatever text it is, is read without an error', () => {
    const valid = plan([{ address: 'aws_s3_bucket.a', after: { bucket: 'x', tags: { a: 'b' } } }]);
    fc.assert(
      fc.property(fc.nat(valid.length), fc.nat(40), fc.string({ maxLength: 5 }), (at, length, inserted) => {
        const workspace = readAll(valid.slice(0, at) + inserted + valid.slice(at + length));
        expect(workspace.resources.map(({ type }) => type)).toContain('aws_s3_bucket');
      }),
      { numRuns: 300 },
    );
  });

  it('whatever masks it has, no value is lost or made up', () => {
    fc.assert(
      fc.property(value, value, (after_unknown, after_sensitive) => {
        const planned = new Planned({
          'plan.json': plan([
            { address: 'aws_s3_bucket.a', after: { bucket: 'known-name' }, unknown: after_unknown, sensitive: after_sensitive },
          ]),
        });
        const seen = show(planned.value('aws_s3_bucket.a', 'bucket'));
        expect(['"known-name"', '*"known-name"*', '?known only after apply', '*?known only after apply*']).toContain(seen);
      }),
      { numRuns: 200 },
    );
  });
});
