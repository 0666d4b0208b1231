import type { Diagnostic } from '../../../domain/diagnostic.ts';
import type { Limits } from '../limits.ts';
import type { FileAccess } from '../scope.ts';
import type { Datum, Place } from '../values/datum.ts';
import { isFailure } from '../values/datum.ts';

/** What all modules of a root share. */
export interface Session {
  readonly limits: Limits;
  readonly files: FileAccess;
  /** Values of the root's variables from files of values. */
  readonly given: ReadonlyMap<string, Datum>;
  /** False: a variable of the root to which nothing is given is unknown, whatever its default. */
  readonly defaults: boolean;
  report(diagnostic: Diagnostic): void;
  /** Takes note of something that Terraform refuses. */
  readonly refuse: Refuse;
}

export type Refuse = (place: Place, what: string) => void;

/** Takes note where the datum is an error of the language: at the expression that made it, not where that is referred to. */
export function refuseFailure(datum: Datum, refuse: Refuse | undefined): void {
  const place = datum.origin ?? datum.place;
  if (refuse !== undefined && place !== undefined && isFailure(datum) && datum.doubtful !== true) refuse(place, datum.reason);
}
