import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import * as limits from '../../src/mcp/limits.ts';
import { TOOLS } from '../../src/mcp/tools.ts';
import { PROJECT, session } from './support.ts';

const PAGE = path.join(PROJECT, 'src', 'mcp', 'README.md');

interface Shape {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
}

/** `list of HIGH or LOW` */
function typeOf(shape: Shape): string {
  if (shape.anyOf !== undefined) return shape.anyOf.map(typeOf).join(' or ');
  if (shape.enum !== undefined) return shape.enum.map((word) => `\`${word}\``).join(', ');
  if (shape.type === 'array') return `list of ${typeOf(shape.items ?? {})}`;
  if (shape.type === 'object' && typeof shape.additionalProperties === 'object') return `map to ${typeOf(shape.additionalProperties)}`;
  return [shape.type ?? 'anything'].flat().join(' or ');
}

/** Every field below a shape, those of a list's items under `name[]`. */
function rowsOf(shape: Shape, prefix = ''): string[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, field]) => {
    const optional = shape.required?.includes(name) === true ? '' : ' (optional)';
    const row = `| \`${prefix}${name}\`${optional} | ${typeOf(field)} | ${field.description ?? ''} |`;
    const inner = [field, ...(field.anyOf ?? [])].flatMap((each) => [
      ...rowsOf(each, `${prefix}${name}.`),
      ...rowsOf(each.items ?? {}, `${prefix}${name}[].`),
    ]);
    return [row, ...inner];
  });
}

function tools(): string {
  const json = (schema: z.ZodType, io: 'input' | 'output'): Shape => z.toJSONSchema(schema, { io }) as Shape;
  return Object.entries(TOOLS)
    .map(([name, { description, inputSchema, outputSchema }]) =>
      [
        `### \`${name}\``,
        description,
        ['| argument | is | |', '|---|---|---|', ...rowsOf(json(inputSchema, 'input'))].join('\n'),
        ['| answer | is | |', '|---|---|---|', ...rowsOf(json(outputSchema, 'output'))].join('\n'),
      ].join('\n\n'),
    )
    .join('\n\n');
}

function limitRows(): string {
  const mebibytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;
  const rows = [
    ['files given inline', `${limits.INLINE_FILES}`],
    ['one of them', mebibytes(limits.INLINE_FILE_BYTES)],
    ['all of them', mebibytes(limits.INLINE_BYTES)],
    ['paths of a call', `${limits.ASKED_PATHS}`],
    ['entries of a list of an answer; `more…` counts the others', `${limits.LISTED}`],
    ['text of an answer', `${limits.TEXT_CHARACTERS / 1024} Ki characters`],
    ['a diff', `${limits.DIFF_CHARACTERS / 1024} Ki characters`],
    ['calls that wait', `${limits.WAITING_CALLS}`],
    ['one message', mebibytes(limits.MESSAGE_BYTES)],
    ['time for the client to name its roots', `${limits.ROOTS_MILLISECONDS / 1000} s`],
  ];
  return ['| what | at most |', '|---|---|', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

function replaced(page: string, section: string, text: string): string {
  const [start, end] = [`<!-- ${section} -->`, `<!-- /${section} -->`];
  const [before = '', rest = ''] = page.split(start);
  const [, after = ''] = rest.split(end);
  return `${before}${start}\n\n${text}\n\n${end}${after}`;
}

it('the page says of tools and limits what the code does; vitest -u brings it up to date', async () => {
  const page = readFileSync(PAGE, 'utf8');

  await expect(replaced(replaced(page, 'limits', limitRows()), 'tools', tools())).toMatchFileSnapshot(PAGE);
});

it('a client is told the same shapes', async () => {
  const { client } = await session({ roots: [], status: async () => [] });

  const listed = (await client.listTools()).tools;

  expect(listed.map(({ name }) => name).toSorted()).toEqual(Object.keys(TOOLS).toSorted());
  for (const [name, { inputSchema, outputSchema }] of Object.entries(TOOLS)) {
    const told = listed.find((tool) => tool.name === name);
    expect(rowsOf(told?.inputSchema as Shape), name).toEqual(rowsOf(z.toJSONSchema(inputSchema, { io: 'input' }) as Shape));
    expect(rowsOf(told?.outputSchema as Shape), name).toEqual(rowsOf(z.toJSONSchema(outputSchema) as Shape));
    expect(told?.inputSchema['additionalProperties'], name).toBe(false);
  }
});
