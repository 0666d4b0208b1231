import { describe, expect, it } from 'vitest';
import { SourceText } from '../../src/domain/source.ts';
import type { Value } from '../../src/domain/value.ts';
import { absent, fromJson, known, unknown } from '../../src/domain/value.ts';
import type { Requirement } from '../../src/rules/attribute.ts';
import { leftOpen } from '../../src/domain/wording.ts';
import { elements, inside, judge, perhaps } from '../../src/rules/attribute.ts';

const span = new SourceText('main.tf', '').span(0, 0);

function said(value: Value, requirement: Partial<Requirement> = {}): string[] {
  return [...judge(value, { name: 'encrypted', oneOf: [true], ...requirement })].map(({ outcome, message }) => `${outcome}: ${message}`);
}

describe('what is said of an attribute', () => {
  it('that has a value that satisfies: nothing', () => {
    expect(said(known(true, span))).toEqual([]);
    expect(said(known('true', span))).toEqual([]);
    expect(said(known('True', span))).toEqual([]);
    expect(said(known(14, span), { oneOf: ['7', '14'] })).toEqual([]);
  });

  it('that has another value, or one of another type', () => {
    expect(said(known(false, span))).toEqual(['fail: encrypted is false; it must be true.']);
    expect(said(known('sometimes', span))).toEqual(['fail: encrypted is "sometimes"; it must be true.']);
    expect(said(fromJson([true], span))).toEqual(['fail: encrypted is a list of 1; it must be true.']);
    expect(said(fromJson({}, span), { oneOf: ['a', 'b'] })).toEqual(['fail: encrypted is a block; it must be "a" or "b".']);
  });

  it('that is not set: whether its default satisfies', () => {
    expect(said(absent(span))).toEqual(['fail: encrypted is not set; it must be true.']);
    expect(said(absent(span), { default: false })).toEqual(['fail: encrypted is not set, which means false; it must be true.']);
    expect(said(absent(span), { default: true })).toEqual([]);
  });

  it('that is not known: why', () => {
    expect(said(unknown('var.encrypt has no value here', span))).toEqual([
      'undecided: encrypted is not known: var.encrypt has no value here; it must be true.',
    ]);
  });

  it('without telling a sensitive value, or all of a long one', () => {
    expect(said({ ...known('s3cr3t', span), sensitive: true })).toEqual(['fail: encrypted is a sensitive value; it must be true.']);
    expect(said(known('x'.repeat(1000), span))).toEqual([`fail: encrypted is "${'x'.repeat(60)}…"; it must be true.`]);
  });
});

describe('what may be made good by something that is not known', () => {
  const open = unknown('var.vpc has no value here', span);
  const failure = { outcome: 'fail', message: 'encrypted is false.', span } as const;

  it('is left open, and says by what', () => {
    expect(leftOpen(failure, 'the account holds it', open)).toEqual({
      outcome: 'undecided',
      message: 'encrypted is false. Whether the account holds it is not known: var.vpc has no value here.',
      span,
    });
  });

  it('stays as it is where it was open already', () => {
    expect(leftOpen({ ...failure, outcome: 'undecided' }, 'the account holds it', open)).toEqual({ ...failure, outcome: 'undecided' });
  });
});

describe('a block of which it is not known whether there is any', () => {
  const blocks: Value = { ...unknown('var.all has no value here', span), content: fromJson({ size: 1 }, span) };
  const place = known(new Map([['outer', fromJson([{ inner: null }], span)]]), span);

  it('tells what it holds, and that it is perhaps not there', () => {
    const resource = known(new Map([['disk', blocks]]), span);
    expect(inside(resource, ['disk', 'size'])).toEqual({ value: known(1, span), perhaps: blocks });
    expect(inside(place, ['outer', 'inner'])).toEqual({ value: absent(span) });
  });

  it('has nothing wrong with it for certain', () => {
    const failure = { outcome: 'fail', message: 'size is 1.', span } as const;
    expect(perhaps(blocks, [failure]).map(({ outcome, message }) => `${outcome}: ${message}`)).toEqual([
      'undecided: size is 1. Whether there is such a block is not known: var.all has no value here.',
    ]);
    expect(perhaps(place, [failure])).toEqual([failure]);
  });
});

describe('elements', () => {
  it('gives each item with the path that a change takes', () => {
    const value = fromJson({ devices: [{ ebs: { size: 1 } }, { virtual: 'ephemeral0' }, { ebs: { size: 2 } }] }, span);
    expect(elements(value, ['devices', 'ebs']).map(({ path }) => path)).toEqual([
      ['devices', 0, 'ebs'],
      ['devices', 2, 'ebs'],
    ]);
  });

  it('keeps what is not known in its place', () => {
    const devices = unknown('var.devices has no value here', span);
    expect(elements(known(new Map([['devices', devices]]), span), ['devices', 'ebs'])).toEqual([
      { value: devices, path: ['devices', 'ebs'] },
    ]);
  });
});
