import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { documentedInputs, inputsFromEnvironment, settingsFromInputs } from '../../src/config/inputs.ts';
import { OUTPUTS } from '../../src/config/outputs.ts';

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string; readonly required: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: unknown;
}

const action = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')) as ActionFile;

describe('action.yml', () => {
  it('states the inputs of the schema: names, order, descriptions, defaults', () => {
    expect(
      Object.entries(action.inputs).map(([name, { description, default: value = null }]) => ({ name, description, default: value })),
    ).toEqual(documentedInputs());
  });

  it('requires no input, since every one has a default or may be left out', () => {
    expect(Object.entries(action.inputs).filter(([, { required }]) => required)).toEqual([]);
  });

  it('has defaults that mean the same as giving nothing', () => {
    const defaults = Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? '']));
    expect(settingsFromInputs({ ...defaults, 'github-token': 'ghs_x' }, '/w')).toEqual({
      ...settingsFromInputs({}, '/w'),
      githubToken: 'ghs_x',
    });
  });

  it('takes only the token from a context, and no secret', () => {
    const expressions = Object.entries(action.inputs).filter(([, input]) => input.default?.includes('${{') === true);
    expect(expressions.map(([name, input]) => [name, input.default])).toEqual([['github-token', '${{ github.token }}']]);
  });

  it('states the outputs', () => {
    expect(Object.entries(action.outputs).map(([name, { description }]) => [name, description])).toEqual(Object.entries(OUTPUTS));
  });

  it('runs the committed program on Node 24', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
  });
});

describe("a runner's environment", () => {
  it('names inputs in upper case with their dashes', () => {
    const given = inputsFromEnvironment({
      'INPUT_FAIL-ON-SEVERITY': 'high',
      INPUT_PATH: 'infra',
      INPUT_FAIL_ON_SEVERITY: 'none',
      PATH: '/usr/bin',
    });
    expect(given).toMatchObject({ 'fail-on-severity': 'high', path: 'infra' });
    expect(settingsFromInputs(given, '/w')).toMatchObject({ failOn: 'HIGH', paths: ['infra'] });
  });
});
