/** What answers have in common: lists that end, and what reading had to say. */
import type { z } from 'zod';
import type { Diagnostic } from '../domain/diagnostic.ts';
import type { auditOutput } from './contracts.ts';
import { LISTED } from './limits.ts';

export function firstOf<T>(all: readonly T[]): { first: readonly T[]; more: number } {
  return { first: all.slice(0, LISTED), more: Math.max(0, all.length - LISTED) };
}

export function diagnosticsOf(all: readonly Diagnostic[]): Pick<z.infer<typeof auditOutput>, 'diagnostics' | 'moreDiagnostics'> {
  const { first, more } = firstOf(all);
  return {
    diagnostics: first.map(({ level, code, message, file, span }) => ({
      level,
      code,
      message,
      file: file ?? span?.file ?? null,
      line: span?.start.line ?? null,
    })),
    moreDiagnostics: more,
  };
}
