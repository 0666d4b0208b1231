import { Explained } from '../domain/explained.ts';

/** No Temporal server can be used; the message says why and what to do. A tool error: exit code 2. */
export class TemporalUnavailable extends Explained {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TemporalUnavailable';
  }
}
