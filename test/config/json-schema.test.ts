import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { policyJsonSchema } from '../../src/config/policy/json-schema.ts';
import { ConfigurationError } from '../../src/config/problem.ts';
import { parseSchema } from '../../src/config/schema-command.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
}

const schema = JSON.parse(policyJsonSchema()) as Schema;
const full: unknown = parse(readFileSync(new URL('../../fixtures/policy/full.yml', import.meta.url), 'utf8'));

/** Paths of a value that the schema does not describe, or of settings that must be there and are not. */
function undescribed(value: unknown, given: Schema | undefined, path = ''): string[] {
  if (given === undefined) return [path];
  const either = given.anyOf;
  if (either !== undefined) {
    const all = either.map((each) => undescribed(value, each, path));
    return all.find((problems) => problems.length === 0) ?? all.at(-1) ?? [];
  }
  if (Array.isArray(value))
    return given.type === 'array' ? value.flatMap((item, index) => undescribed(item, given.items, `${path}/${index}`)) : [path];
  if (typeof value === 'object' && value !== null) {
    if (given.type !== 'object') return [path];
    const missing = (given.required ?? []).filter((name) => !Object.hasOwn(value, name)).map((name) => `${path}/${name} is missing`);
    const others = typeof given.additionalProperties === 'object' ? given.additionalProperties : undefined;
    return [
      ...missing,
      ...Object.entries(value).flatMap(([name, item]) => undescribed(item, given.properties?.[name] ?? others, `${path}/${name}`)),
    ];
  }
  if (given.enum !== undefined) return given.enum.includes(value) ? [] : [path];
  const types: readonly (string | undefined)[] = typeof value === 'number' ? ['number', 'integer'] : [typeof value];
  return types.includes(given.type) ? [] : [path];
}

/** Settings of which an editor has nothing to say, or that let any key pass. */
function silent({ properties, additionalProperties, items }: Schema, path = ''): string[] {
  return [
    ...(properties !== undefined && additionalProperties !== false ? [`${path} takes any key`] : []),
    ...Object.entries(properties ?? {}).flatMap(([name, each]) => [
      ...((each.description ?? '') === '' ? [`${path}/${name}`] : []),
      ...silent(each, `${path}/${name}`),
    ]),
    ...(items === undefined ? [] : silent(items, `${path}/*`)),
    ...(typeof additionalProperties === 'object' ? silent(additionalProperties, `${path}/*`) : []),
  ];
}

describe('the JSON schema of a policy', () => {
  it('describes every setting, and takes no other', () => {
    expect(silent(schema)).toEqual([]);
  });

  it('takes the policy that has every setting', () => {
    expect(undescribed(full, schema)).toEqual([]);
    expect(Object.keys(full as object).toSorted()).toEqual(Object.keys(schema.properties ?? {}).toSorted());
  });

  it('refuses what a policy may not say', () => {
    const wrong = {
      'fail-on': 'urgent',
      blocks: 'new',
      exceptions: [{ rule: 'a', reason: 'r', owner: 'o' }],
      rules: { 'aws-s3-acl': { sevrity: 'low' } },
      limits: { files: 'many' },
    };
    expect(undescribed(wrong, schema)).toEqual([
      '/version is missing',
      '/fail-on',
      '/blocks',
      '/exceptions/0/until is missing',
      '/rules/aws-s3-acl/sevrity',
      '/limits/files',
    ]);
  });

  it('is the committed one', () => {
    expect(readFileSync(new URL('../../.github/infra-audit.schema.json', import.meta.url), 'utf8')).toBe(policyJsonSchema());
  });

  it('is printed by a command that takes no argument', () => {
    expect(parseSchema([], '1.2.3')).toEqual({ kind: 'schema' });
    expect(parseSchema(['--version'], '1.2.3')).toEqual({ kind: 'print', text: '1.2.3\n' });
    expect(() => parseSchema(['--format', 'yaml'], '1.2.3')).toThrow(ConfigurationError);
  });
});
