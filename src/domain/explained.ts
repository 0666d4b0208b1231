/** An error whose message is for the person who runs the program: what is wrong, and what to do. Any other error is a defect. */
export class Explained extends Error {}
