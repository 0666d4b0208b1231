/** Values of a root's variables: `terraform.tfvars`, then `*.auto.tfvars` by name; later ones win. */
import { join } from 'node:path/posix';
import type { Diagnostic } from '../../domain/diagnostic.ts';
import { SourceText } from '../../domain/source.ts';
import type { FileReader } from '../root.ts';
import type { Datum } from './values/datum.ts';
import { unknown } from './values/datum.ts';
import { evaluate } from './evaluate.ts';
import { parseSource, syntaxDiagnostics } from './folder.ts';
import { Limits } from './limits.ts';
import type { Names } from './scope.ts';
import { folderOf } from './tree.ts';

interface Given {
  readonly given: ReadonlyMap<string, Datum>;
  readonly read: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export function readVariables(folder: string, sources: readonly SourceText[], reader: FileReader): Given {
  const given = new Map<string, Datum>();
  const diagnostics: Diagnostic[] = [];
  const read: string[] = [];
  const names: Names = {
    limits: new Limits(),
    files: { folder, reader },
    evaluate,
    resolve: (first) => ({ datum: unknown(`${first} has no meaning in a file of values`), taken: 0 }),
  };
  for (const source of valueFiles(folder, sources, reader)) {
    if (!(source instanceof SourceText)) {
      diagnostics.push(source);
      continue;
    }
    const parsed = parseSource(source);
    read.push(source.file);
    diagnostics.push(...syntaxDiagnostics(parsed));
    for (const item of parsed.parsed.body.items) {
      if (item.kind === 'attribute') given.set(item.name, evaluate(item.value, { source, names, frame: undefined }));
    }
  }
  return { given, read, diagnostics };
}

function valueFiles(folder: string, sources: readonly SourceText[], reader: FileReader): (SourceText | Diagnostic)[] {
  const found = new Map(sources.filter((source) => folderOf(source.file) === folder).map((source) => [source.file, source]));
  const paths = new Set([...found.keys(), ...reader.list(folder).filter((path) => folderOf(path) === folder)]);
  const main = join(folder, 'terraform.tfvars');
  const ordered = [main, ...[...paths].filter((path) => path.endsWith('.auto.tfvars')).toSorted()];
  return ordered.flatMap((path): (SourceText | Diagnostic)[] => {
    const source = found.get(path);
    if (source !== undefined) return [source];
    const answer = reader.read(path);
    if ('text' in answer) return [new SourceText(path, answer.text)];
    if (!paths.has(path)) return [];
    return [
      {
        level: 'undecided',
        code: 'unreadable',
        message: `${path} gives values to variables and cannot be read: ${answer.failure}`,
        file: path,
      },
    ];
  });
}
