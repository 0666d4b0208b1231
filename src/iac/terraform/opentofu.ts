/** How OpenTofu and Terraform read the files of one folder differently. */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { Declaration, Declarations, Definition, Folder, ParsedSource } from './folder.ts';
import { readFolder } from './folder.ts';

/**
 * Where both languages' files lie in a folder it is read as OpenTofu reads it: whoever writes `.tofu` files runs OpenTofu.
 * Terraform, which passes over them, may be what runs after all, and an empty `main.tofu` must not hide `main.tf` from a
 * gate. So all that Terraform would read there has to say the same, or the files that do not are undecided.
 */
export function readMixedFolder(path: string, all: ReadonlyMap<string, ParsedSource>): Folder {
  const shadowed = shadowedFiles(all);
  const files = new Map([...all].filter(([file]) => !shadowed.has(file)));
  const ignored = [...shadowed].map(([file, by]) => ({ path: file, reason: `OpenTofu reads ${by} in its place` }));
  const folder = readFolder(path, files, ignored);
  if (![...files.keys()].some(isOpenTofu)) return folder;
  const terraform = readFolder(path, new Map([...all].filter(([file]) => !isOpenTofu(file))));
  return { ...folder, conflicts: [...folder.conflicts, ...differences(terraform, folder, shadowed)] };
}

function isOpenTofu(file: string): boolean {
  return /\.tofu(?:\.json)?$/u.test(file);
}

/** Files that OpenTofu passes over, with the one it reads in their place: `main.tf` beside `main.tofu`, `main.tf.json` beside `main.tofu.json`. */
function shadowedFiles(files: ReadonlyMap<string, unknown>): Map<string, string> {
  const shadowed = new Map<string, string>();
  for (const file of files.keys()) {
    if (!isOpenTofu(file)) continue;
    const other = file.replace(/\.tofu((?:\.json)?)$/u, '.tf$1');
    if (files.has(other)) shadowed.set(other, file);
  }
  return shadowed;
}

/** One diagnostic for each file whose declarations OpenTofu has otherwise; a warning for a shadowed file that is no loss. */
function differences(terraform: Declarations, openTofu: Declarations, shadowed: ReadonlyMap<string, string>): Diagnostic[] {
  const names = new Map<string, string[]>();
  for (const table of ['variables', 'locals', 'resources', 'data', 'modules', 'outputs', 'providers'] as const) {
    for (const [name, declared] of terraform[table]) {
      const other = openTofu[table].get(name);
      if (other !== undefined && textOf(declared) === textOf(other)) continue;
      const { file } = declared.source;
      names.set(file, [...(names.get(file) ?? []), table === 'variables' ? `var.${name}` : table === 'locals' ? `local.${name}` : name]);
    }
  }
  const undecided = [...names].map(([file, others]): Diagnostic => {
    const by = shadowed.get(file);
    const how = by === undefined ? 'the .tofu files of its folder change what it declares' : `OpenTofu reads ${by} in its place`;
    const more = others.length > 3 ? ` and ${others.length - 3} more` : '';
    const message = `${how}, while Terraform reads this file alone: ${others.slice(0, 3).join(', ')}${more} would be another and is not audited; keep one of the two, or let both say the same`;
    return { level: 'undecided', code: 'shadowed-file', message, file };
  });
  const harmless = [...shadowed].filter(([file]) => !names.has(file));
  return [
    ...undecided,
    ...harmless.map(([file, by]): Diagnostic => {
      const message = `OpenTofu reads ${by} in its place, which declares the same; it is not read`;
      return { level: 'warning', code: 'shadowed-file', message, file };
    }),
  ];
}

function textOf(declared: Declaration | Definition): string {
  const { text } = declared.source;
  if ('attribute' in declared) return text.slice(declared.attribute.start, declared.attribute.end);
  return [text.slice(declared.block.start, declared.block.end), ...declared.overrides.map(textOf)].join('\u0000');
}
