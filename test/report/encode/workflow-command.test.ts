import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workflowCommand } from '../../../src/report/encode/workflow-command.ts';
import { visible } from '../../../src/report/encode/visible.ts';
import { hostileText } from '../hostile.ts';

const annotation = {
  level: 'error',
  file: 'main.tf',
  startLine: 3,
  endLine: 3,
  startColumn: 5,
  endColumn: 9,
  title: 'HIGH',
  message: 'x',
} as const;

/** A command as the runner reads it. */
function read(line: string): { name: string; properties: Map<string, string>; data: string } {
  const [, name = '', properties = '', data = ''] = /^::([a-z]+) (.*?)::(.*)$/su.exec(line) ?? [];
  const unescaped = (text: string): string => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  const pairs = properties.split(',').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return [
      pair.slice(0, at),
      unescaped(pair.slice(at + 1))
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ',')
        .replaceAll('%25', '%'),
    ];
  });
  return { name, properties: new Map(pairs), data: unescaped(data).replaceAll('%25', '%') };
}

describe('workflowCommand', () => {
  it('escapes what ends a property and what ends the line', () => {
    expect(workflowCommand({ ...annotation, file: 'a,b:c%.tf', title: 'HIGH: x', message: '100%\nsure: yes, ##[error]' })).toBe(
      '::error file=a%2Cb%3Ac%25.tf,line=3,endLine=3,col=5,endColumn=9,title=HIGH%3A x::100%25%0Asure: yes, # #[error]',
    );
  });

  it('leaves out columns that are not known', () => {
    expect(workflowCommand({ ...annotation, level: 'warning', endLine: 7, startColumn: null, endColumn: null })).toBe(
      '::warning file=main.tf,line=3,endLine=7,title=HIGH::x',
    );
  });

  it('cuts a long message at 4,000 characters and says so', () => {
    expect(workflowCommand({ ...annotation, message: 'x'.repeat(4001) })).toMatch(/::x{4000}… \(1 more\)$/u);
  });

  it('is one command that says what it was given, whatever that is', () => {
    const harmless = (text: string): string => visible(text, '\n').replaceAll('##[', '# #[');
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (file, title, message) => {
        const line = workflowCommand({ ...annotation, file, title, message });
        expect(line).not.toMatch(/[\r\n]|##\[/u);
        const { name, properties, data } = read(line);
        expect(name).toBe('error');
        expect([...properties.keys()]).toEqual(['file', 'line', 'endLine', 'col', 'endColumn', 'title']);
        expect(properties.get('line')).toBe('3');
        expect(properties.get('title')).toBe(visible(title).replaceAll('##[', '# #['));
        expect(data).toBe(harmless(message));
      }),
    );
  });
});
