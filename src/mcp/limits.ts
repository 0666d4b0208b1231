/** What a client may ask for and gets at most. Over a limit the call is refused, or the answer says how much was left out. */
const MEBIBYTE = 1024 * 1024;

export const INLINE_FILES = 200;
export const INLINE_FILE_BYTES = 5 * MEBIBYTE;
export const INLINE_BYTES = 20 * MEBIBYTE;
export const ASKED_PATHS = 200;
/** Entries of one list of an answer. */
export const LISTED = 1000;
/** Characters of an answer's text for people. */
export const TEXT_CHARACTERS = 32 * 1024;
/** Characters of a diff. */
export const DIFF_CHARACTERS = 256 * 1024;
/** Calls that wait while one is answered. */
export const WAITING_CALLS = 16;
/** Bytes of one message: the inline text, which JSON may write with twice as many bytes, and what is around it. */
export const MESSAGE_BYTES = 48 * MEBIBYTE;
/** How long the client has to name its roots. */
export const ROOTS_MILLISECONDS = 5000;
/** Items and members of one call's arguments, above anything that the limits on files and paths let through. */
export const MESSAGE_ELEMENTS = 2000;
