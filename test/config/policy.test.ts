import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../src/config/policy/parse.ts';
import { ConfigurationError } from '../../src/config/problem.ts';

function read(text: string): unknown {
  try {
    return parsePolicy(text, '.github/infra-audit.yml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.replaceAll('.github/infra-audit.yml', 'FILE').split('\n');
    throw error;
  }
}

describe('a policy file', () => {
  it('says what fails and what is left out', () => {
    const text = `# Agreed with the platform team.
version: 1
fail-on: high
exclude:
  - examples/**
  - 'test/fixtures/*.tf'
`;
    expect(read(text)).toEqual({ failOn: 'HIGH', exclude: ['examples/**', 'test/fixtures/*.tf'] });
  });

  it('may say nothing', () => {
    expect(read('version: 1\n')).toEqual({ failOn: null, exclude: [] });
    expect(read('version: 1\nfail-on: none\n')).toEqual({ failOn: 'none', exclude: [] });
  });

  it('is refused with every problem at its line', () => {
    const text = `version: 2
fail-on: urgent
exclude:
  - fine/**
  - /etc
  - ../other
  - 3
fail_on: low
__proto__:
  fail-on: none
`;
    expect(read(text)).toEqual([
      'FILE:1: version must be 1, the version of this format; it is "2"',
      'FILE:2: fail-on must be one of critical, high, medium, low, none; it is "urgent"',
      'FILE:5: exclude.1 is not a glob relative to the workspace: leave out a leading / or !, and .. steps; it is "/etc"',
      'FILE:6: exclude.2 is not a glob relative to the workspace: leave out a leading / or !, and .. steps; it is "../other"',
      'FILE:7: exclude.3 must be a list of globs, each a text; it is "3"',
      'FILE:8: "fail_on" is not a setting: use version, fail-on, exclude',
      'FILE:9: "__proto__" is not a setting: use version, fail-on, exclude',
    ]);
  });

  it.each([
    ['nothing', '', ['FILE:1: must be a map of settings, beginning with version: 1']],
    ['only a comment', '# later\n', ['FILE:1: must be a map of settings, beginning with version: 1']],
    ['a list', '- version: 1\n', ['FILE:1: must be a map of settings, beginning with version: 1']],
    ['no version', 'fail-on: low\n', ['FILE:1: version must be 1, the version of this format; it is missing']],
    [
      'a glob where a list is wanted',
      'version: 1\nexclude: examples/**\n',
      ['FILE:2: exclude must be a list of globs, each a text; it is "examples/**"'],
    ],
    ['the same key twice', 'version: 1\nfail-on: low\nfail-on: none\n', ['FILE:3: is not valid YAML: Map keys must be unique']],
    [
      'two documents',
      'version: 1\n---\nversion: 1\n',
      ['FILE:2: is not valid YAML: Source contains multiple documents; please use YAML.parseAllDocuments()'],
    ],
    ['an unknown tag', 'version: !one 1\n', ['FILE:1: is not valid YAML: Unresolved tag: !one']],
    [
      'an alias without its anchor',
      'version: 1\nexclude: *x\n',
      ['FILE: is not valid YAML: Unresolved alias (the anchor must be set before the alias): x'],
    ],
    [
      'a bracket left open',
      'version: 1\nexclude: [a\n',
      ['FILE:3: is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
  ])('with %s is refused', (_, text, problems) => {
    expect(read(text)).toEqual(problems);
  });

  it('is refused when it is too long, too deep, or grows by aliases', () => {
    expect(read(`version: 1\n#${'x'.repeat(256 * 1024)}`)).toEqual(['FILE: is longer than 256 KiB: shorten it']);
    expect(read('['.repeat(50_000))).toEqual(expect.arrayContaining([expect.stringMatching(/^FILE:1: is not valid YAML: /u)]));
    const levels = Array.from(
      { length: 12 },
      (_, index) => `l${index + 1}: &l${index + 1} [${Array.from({ length: 9 }, () => `*l${index}`).join(', ')}]`,
    );
    expect(read(['l0: &l0 [x]', ...levels].join('\n'))).toEqual([
      'FILE: is not valid YAML: Excessive alias count indicates a resource exhaustion attack',
    ]);
  });

  it('whatever its text, is a policy or a list of problems', () => {
    const words = fc.constantFrom(
      'version: 1\n',
      'fail-on: ',
      'exclude:\n',
      '  - ',
      '!!binary x',
      '&a ',
      '*a',
      '? ',
      '[',
      ']',
      '{',
      '}',
      '"',
      '%YAML 1.1\n',
      '---\n',
      '\t',
      'x',
      '<<: ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(words).map((parts) => parts.join('')),
        ),
        (text) => {
          expect(read(text)).toEqual(expect.anything());
        },
      ),
    );
  });
});
