import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mermaidLabel } from '../../src/report/encode/mermaid.ts';
import { blockingGraph } from '../../src/report/graph.ts';
import { MERMAID_NODES, mermaid } from '../../src/report/mermaid.ts';
import { hostileReport, hostileText } from './hostile.ts';

describe('mermaidLabel', () => {
  it.each([
    ['module.logs.aws_s3_bucket.this', 'module.logs.aws_s3_bucket.this'],
    ['a"]; click n0 "https://evil.example"', 'a#34;#93;#59;#32;click#32;n0#32;#34;https#58;#47;#47;evil.example#34;'],
    ['1. __init__', '1#46;#32;#95;#95;init#95;#95;'],
    ['fa:fa-bell', 'fa#92;u#123;3a#125;fa#45;bell'],
    ['$$x$$', '#92;u#123;24#125;#36;x#92;u#123;24#125;#36;'],
    ['水🦊', '#27700;#129418;'],
    ['a\u202eb', 'a#92;u#123;202e#125;b'],
    ['%%{init: {}}%%', '#37;#37;#123;init#58;#32;#123;#125;#125;#37;#37;'],
  ])('writes %j so that Mermaid shows it as text', (text, expected) => {
    expect(mermaidLabel(text)).toBe(expected);
  });

  it('shows the first 80 characters of a long name', () => {
    expect(mermaidLabel('a'.repeat(100))).toBe(`${'a'.repeat(80)}#8230;#32;#40;20#32;more#41;`);
  });

  it('holds nothing that Mermaid reads as syntax, and reads back as what was shown', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const label = mermaidLabel(text);
        expect(label).toMatch(/^(?:[A-Za-z0-9_.]|#[0-9]+;)*$/u);
        expect(label).not.toMatch(/(?:^|[^A-Za-z0-9])[_.]|[_.](?:[^A-Za-z0-9]|$)/u);
        const shown = label.replaceAll(/#([0-9]+);/gu, (_, digits: string) => String.fromCodePoint(Number(digits)));
        expect(shown).not.toMatch(/fa[bklrs]?:fa-|\$\$/u);
      }),
    );
  });
});

describe('mermaid', () => {
  it('gives the same lines whatever the names', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const graph = blockingGraph(hostileReport(name), MERMAID_NODES);
        if (graph === null) throw new Error('something depends on what blocks');
        expect(mermaid(graph).replaceAll(/\["[^"]*?(?:#58; CRITICAL)?"\]$/gmu, '["name"]')).toBe(
          'flowchart LR\nclassDef blocking stroke:#cf222e,stroke-width:3px\nn0["name"]\nn1["name"]\nn1 --> n0\nclass n0 blocking',
        );
      }),
    );
  });
});
