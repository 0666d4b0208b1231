import { describe, expect, it } from 'vitest';
import { SourceText } from '../../src/domain/source.ts';
import { unchangedValues } from '../../src/domain/unchanged.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';

const TEXT = `resource "aws_instance" "web" {
  ami        = "ami-1"
  monitoring = local.on

  tags = {
    Team = "web"
    Site = "shop"
  }
}

locals {
  on = true
}
`;

/** What is said of the instance when `from` becomes `to` and that is called the edit; `also` changes without being called one. */
function unchanged(from: string, to: string, also: (text: string) => string = (text) => text): number | null {
  const source = new SourceText('main.tf', TEXT);
  const start = TEXT.indexOf(from);
  const edit = { span: source.span(start, start + from.length), replacement: to };
  const read = (text: string) => {
    const [resource] = createWorkspace([new SourceText('main.tf', text)]).resources;
    if (resource === undefined) throw new Error('nothing is declared');
    return resource;
  };
  return unchangedValues([{ before: read(TEXT), after: read(also(TEXT.replace(from, to))) }], [edit]);
}

describe('values outside of an edit', () => {
  it.each([
    ['an attribute is written otherwise', '"ami-1"', '"ami-22222"', 3],
    ['a line is added', '\n\n  tags', '\n  ebs_optimized = true\n\n  tags', 3],
    ['a line is taken away', '    Team = "web"\n', '', 3],
  ])('are counted when %s', (_name, from, to, count) => {
    expect(unchanged(from, to)).toBe(count);
  });

  it.each([
    ['is another one', (text: string) => text.replace('"shop"', '"mall"')],
    ['is gone', (text: string) => text.replace('    Site = "shop"\n', '')],
    ['is new', (text: string) => text.replace('    Site', '    Cost = "1"\n    Site')],
    ['is read from elsewhere, and is another one there', (text: string) => text.replace('on = true', 'on = false')],
  ])('refuse it when one of them %s', (_name, also) => {
    expect(unchanged('"ami-1"', '"ami-2"', also)).toBeNull();
  });
});
