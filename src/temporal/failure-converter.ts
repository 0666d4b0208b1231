/** Messages and traces of failures become payloads, which are encrypted, in the workflow sandbox and outside of it. */
import { DefaultFailureConverter } from '@temporalio/common';

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
