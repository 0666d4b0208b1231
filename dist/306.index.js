"use strict";
exports.id = 306;
exports.ids = [306];
exports.modules = {

/***/ 21675:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CQ: () => (/* binding */ LISTED),
/* harmony export */   Ec: () => (/* binding */ WAITING_CALLS),
/* harmony export */   M3: () => (/* binding */ ASKED_PATHS),
/* harmony export */   MZ: () => (/* binding */ INLINE_BYTES),
/* harmony export */   NP: () => (/* binding */ DIFF_CHARACTERS),
/* harmony export */   _g: () => (/* binding */ MESSAGE_BYTES),
/* harmony export */   g3: () => (/* binding */ MESSAGE_ELEMENTS),
/* harmony export */   ru: () => (/* binding */ INLINE_FILE_BYTES),
/* harmony export */   sZ: () => (/* binding */ INLINE_FILES),
/* harmony export */   xg: () => (/* binding */ ROOTS_MILLISECONDS),
/* harmony export */   zW: () => (/* binding */ TEXT_CHARACTERS)
/* harmony export */ });
/** What a client may ask for and gets at most. Over a limit the call is refused, or the answer says how much was left out. */
const MEBIBYTE = 1024 * 1024;
const INLINE_FILES = 200;
const INLINE_FILE_BYTES = 5 * MEBIBYTE;
const INLINE_BYTES = 20 * MEBIBYTE;
const ASKED_PATHS = 200;
/** Entries of one list of an answer. */
const LISTED = 1000;
/** Characters of an answer's text for people. */
const TEXT_CHARACTERS = 32 * 1024;
/** Characters of a diff. */
const DIFF_CHARACTERS = 256 * 1024;
/** Calls that wait while one is answered. */
const WAITING_CALLS = 16;
/** Bytes of one message: the inline text, which JSON may write with twice as many bytes, and what is around it. */
const MESSAGE_BYTES = 48 * MEBIBYTE;
/** How long the client has to name its roots. */
const ROOTS_MILLISECONDS = 5000;
/** Items and members of one call's arguments, above anything that the limits on files and paths let through. */
const MESSAGE_ELEMENTS = 2000;


/***/ }),

/***/ 73306:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   serveStdio: () => (/* binding */ serveStdio)
/* harmony export */ });
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(57075);
/* harmony import */ var _modelcontextprotocol_sdk_server_stdio_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(39006);
/* harmony import */ var _limits_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(21675);
/** Serves over standard input and output until the client is gone. */



const LINE_FEED = 10;
/** Ends when standard input does, or nobody reads standard output any more; what is being answered then is cancelled. */
async function serveStdio(server, input, output, log) {
    const lines = input.pipe(wholeLines(_limits_js__WEBPACK_IMPORTED_MODULE_2__/* .MESSAGE_BYTES */ ._g, log));
    await server.connect(new _modelcontextprotocol_sdk_server_stdio_js__WEBPACK_IMPORTED_MODULE_1__/* .StdioServerTransport */ .S(lines, output, { maxBufferSize: _limits_js__WEBPACK_IMPORTED_MODULE_2__/* .MESSAGE_BYTES */ ._g + 1 }));
    await new Promise((resolve) => {
        const end = () => resolve();
        lines.once('end', end);
        input.once('close', end).once('error', end);
        output.once('error', end);
    });
    await server.close();
    input.destroy();
}
/**
 * Passes on a message when it has arrived in full, and leaves out those that are too long: the transport would join what it
 * has with every piece that arrives, and hang up on a long one.
 */
function wholeLines(mostBytes, log) {
    let pieces = [];
    let size = 0;
    return new node_stream__WEBPACK_IMPORTED_MODULE_0__.Transform({
        readableObjectMode: true,
        transform(chunk, _encoding, done) {
            for (let rest = chunk; rest.length > 0;) {
                const end = rest.indexOf(LINE_FEED) + 1;
                const piece = end === 0 ? rest : rest.subarray(0, end);
                rest = rest.subarray(piece.length);
                size += piece.length;
                if (size > mostBytes)
                    pieces = [];
                else
                    pieces.push(piece);
                if (end === 0)
                    continue;
                if (size > mostBytes)
                    log(`a message of ${size} bytes is left out; at most ${mostBytes} are read`);
                else
                    this.push(Buffer.concat(pieces));
                pieces = [];
                size = 0;
            }
            done();
        },
    });
}


/***/ })

};
;